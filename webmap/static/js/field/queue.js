// What was done and is not yet on the server: sealed, in order, each with a number of its own; drafts beside it.
// Before: store.js, seal.js. After: send.js sends it, day.js shows the day as if it had been taken already.

import { held, seal, unseal } from "./seal.js";
import { all, beginning, get, keys, number, put, remove } from "./store.js";

// Add one action; its pictures are sealed in pieces already (photos.js).
export async function add(kind, body, photos = []) {
  const { owner } = await held();
  const action = { request: number(), kind, at: new Date().toISOString(), body, photos: photos.map(plain) };
  await put("queue", { owner, ...(await seal(action)) });
  return action;
}

const plain = ({ request, size, sha256, kind }) => ({ request, size, sha256, kind });

// What waits, in order: [{order, action}]. Another account's rows stay sealed and are not counted.
export async function waiting() {
  const mine = await held();
  if (!mine) return [];
  const rows = (await all("queue")).filter((row) => row.owner === mine.owner);
  return Promise.all(rows.map(async (row) => ({ order: row.order, action: await unseal(row) })));
}

// How many wait, of whoever; asked when the tablet is locked.
export const count = async () => (await keys("queue")).length;

export async function taken({ order, action }) {
  await remove("queue", order);
  for (const photo of action.photos) await dropPhoto(photo.request);
}

export async function dropPhoto(request) {
  for (const key of await keys("pieces", beginning(`${request}:`))) await remove("pieces", key);
}

// Drafts: what is typed is kept as it is typed, also pictures, under the name of its form.
const place = (owner, form) => `draft:${owner}:${form}`;

export async function keepDraft(form, values, photos) {
  const { owner } = await held();
  await put("sealed", await seal({ values, photos: photos.map(plain), at: Date.now() }), place(owner, form));
}

export async function draft(form) {
  const { owner } = await held();
  const kept = await get("sealed", place(owner, form));
  return kept ? unseal(kept) : null;
}

export async function dropDraft(form, { photos = [] } = {}) {
  const { owner } = await held();
  await remove("sealed", place(owner, form));
  for (const photo of photos) await dropPhoto(photo.request);
}

export async function drafts(start) {
  const { owner } = await held();
  const names = await keys("sealed", beginning(place(owner, start)));
  return Promise.all(names.map(async (name) => ({ form: name.slice(`draft:${owner}:`.length), ...(await unseal(await get("sealed", name))) })));
}
