// The answer is there: the words kept for a broken line are forgotten, and the link can be copied or shared with one tap.
// Before: track.html. After: nothing.

import { forgetWords } from "./draft.js";

forgetWords();
const keep = document.querySelector("[data-keep]");
if (keep) offer(keep);

function offer(keep) {
  const link = keep.dataset.keep;
  const said = keep.querySelector("[data-kept]");
  const copy = keep.querySelector("[data-copy]");
  const share = keep.querySelector("[data-share]");
  if (navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(link);
      said.textContent = said.dataset.kept;
    });
  }
  if (navigator.share) {
    share.hidden = false;
    share.addEventListener("click", () => navigator.share({ title: document.title, url: link }).catch(() => {}));
  }
}
