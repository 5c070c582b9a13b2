// How far the cutting of ground is: asked every two seconds while one is open; when it is done the page comes anew.
// Before: the list of plans, which says the same without a script. After: nothing.

import { get } from "./server.js";

const EVERY_MS = 2000;
const open = () => [...document.querySelectorAll("[data-job]")];

async function look() {
  const jobs = await get("/plans/jobs.json").catch(() => null);
  for (const row of jobs ? open() : []) {
    const job = jobs.find((one) => String(one.id) === row.dataset.job);
    if (!job?.open) return location.reload();
    row.querySelector("progress").value = job.share;
  }
  return setTimeout(look, EVERY_MS);
}

if (open().length) setTimeout(look, EVERY_MS);
