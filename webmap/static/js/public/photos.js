// Pictures are made small on the device before they go: a slow line sends 300 kB instead of 8 MB, and what the camera wrote
// into the file (where, when, which device) never leaves. Before: report.js. After: the server does the same once more.

const LONGEST_PX = 1600;
const QUALITY = 0.82;

export function shrinkPhotos(form) {
  const field = form.elements.photo;
  const list = form.querySelector("[data-photos]");
  const said = form.querySelector("[data-photos-said]");
  const most = Number(list.dataset.most);
  let chosen = [];
  let working = Promise.resolve();
  let busy = 0;

  const put = () => {
    const files = new DataTransfer();
    for (const one of chosen) files.items.add(one);
    field.files = files.files;
    show(list, chosen, (at) => {
      chosen.splice(at, 1);
      put();
      field.focus();
    });
  };
  field.addEventListener("change", () => {
    const fresh = [...field.files];
    busy += 1;
    working = working.then(async () => {
      const small = await Promise.all(fresh.map(shrunk));
      said.textContent = chosen.length + small.length > most ? list.dataset.many : "";
      chosen = [...chosen, ...small].slice(0, most);
      put();
      busy -= 1;
    });
  });
  // Not sent half-way: the button waits until the pictures are small.
  form.addEventListener("submit", (event) => {
    if (!busy) return;
    event.preventDefault();
    working.then(() => form.requestSubmit(event.submitter));
  });
}

// What cannot be opened here goes as it is: the server says what is wrong with it.
async function shrunk(file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file;
  }
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const body = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
  return body ? new File([body], "photo.jpg", { type: "image/jpeg" }) : file;
}

function show(list, chosen, drop) {
  for (const old of list.querySelectorAll("img")) URL.revokeObjectURL(old.src);
  list.hidden = chosen.length === 0;
  list.replaceChildren(...chosen.map((file, at) => row(list, file, at, drop)));
}

function row(list, file, at, drop) {
  const item = document.createElement("li");
  const picture = document.createElement("img");
  picture.alt = "";
  picture.src = URL.createObjectURL(file);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "act second";
  button.textContent = list.dataset.drop.replace("{n}", at + 1);
  button.addEventListener("click", () => drop(at));
  item.append(picture, button);
  return item;
}
