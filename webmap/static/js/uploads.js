// How far uploaded files are: asked every two seconds while one is open; a file that is done brings the page anew.
// Before: the pages of files, which say the same without a script. After: nothing.

const EVERY_MS = 2000;
const address = document.querySelector("[data-jobs]")?.dataset.jobs;
const open = () => document.querySelectorAll("[data-job][data-open]");

async function look() {
  const answer = await fetch(address, { headers: { Accept: "application/json" } }).catch(() => null);
  const jobs = answer?.ok ? await answer.json() : [];
  for (const row of open()) {
    const job = jobs.find((one) => String(one.id) === row.dataset.job);
    if (!job) continue;
    if (!job.open) return location.reload();
    show(row, job);
  }
  return setTimeout(look, EVERY_MS);
}

function show(row, job) {
  row.querySelector("[data-word]").textContent = job.word;
  if (!job.rows) return;
  const bar = row.querySelector("[data-bar]");
  Object.assign(bar, { max: job.rows, value: job.done });
  row.querySelector("[data-count]").textContent = `${job.done}/${job.rows}`;
}

if (address && open().length) setTimeout(look, EVERY_MS);
