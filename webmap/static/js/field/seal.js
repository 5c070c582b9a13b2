// The key of the signed-in account, and sealing with it (AES-GCM). Before: store.js. After: day.js, queue.js, photos.js.
// The key comes from the server at sign-in and cannot be taken out by a script. It goes at sign-out, when the server says
// that the sign-in is over, and when nobody touched the tablet for too long. What is against whom: webmap/field/day.py.

import { device, get, put, putWhileOpen, remove } from "./store.js";

const TOUCH_EVERY_MS = 15000;
let now = null;
let written = 0;

// Take the key that the server gave; another account's goes.
export async function hold({ owner, key, token, idle_min: idleMin, name }) {
  await device();
  const raw = Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0));
  const made = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  now = { owner, key: made, token, idleMin, name, touched: Date.now() };
  await put("keys", now, "now");
  return now;
}

// Give the key while it is still good; null when the tablet is locked.
export async function held() {
  now ??= (await get("keys", "now")) ?? null;
  if (now && Date.now() - now.touched > now.idleMin * 60000) await drop();
  return now;
}

// A hand on the screen keeps it open.
export function touch() {
  if (!now) return;
  now.touched = Date.now();
  if (now.touched - written < TOUCH_EVERY_MS) return;
  written = now.touched;
  putWhileOpen("keys", now, "now");
}

// Another tab, or the worker at sign-out, may have thrown the key away.
export async function stillThere() {
  if (now && !(await get("keys", "now"))) now = null;
  return now !== null;
}

export async function drop() {
  now = null;
  await remove("keys", "now");
}

export async function sealBytes(bytes) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, body: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, now.key, bytes) };
}

export const openBytes = ({ iv, body }) => crypto.subtle.decrypt({ name: "AES-GCM", iv }, now.key, body);
export const seal = (value) => sealBytes(new TextEncoder().encode(JSON.stringify(value)));
export const unseal = async (sealed) => JSON.parse(new TextDecoder().decode(await openBytes(sealed)));
