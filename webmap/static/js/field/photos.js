// Pictures on the tablet: made small, drawn anew so that nothing of the camera's notes (place, device) travels, cut in
// pieces, sealed. Before: seal.js. After: queue.js names them, send.js takes them up piece by piece.

import { openBytes, sealBytes } from "./seal.js";
import { get, number, put } from "./store.js";

export const PIECE_BYTES = 256 * 1024;
const LONGEST_PX = 2048;
const QUALITY = 0.85;

// Give {request, size, sha256, kind, address}; throws when it is no picture that this browser can open.
export async function take(file, kind) {
  const body = await small(file);
  const photo = { request: number(), size: body.byteLength, sha256: await sum(body), kind };
  for (let at = 0; at < body.byteLength; at += PIECE_BYTES) {
    await put("pieces", await sealBytes(body.slice(at, at + PIECE_BYTES)), pieceKey(photo.request, at));
  }
  return photo;
}

const pieceKey = (request, at) => `${request}:${String(at / PIECE_BYTES).padStart(4, "0")}`;

async function small(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", QUALITY); });
  return blob.arrayBuffer();
}

async function sum(body) {
  const found = await crypto.subtle.digest("SHA-256", body);
  return [...new Uint8Array(found)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One piece as it was before it was sealed; null when it is gone.
export async function piece(request, at) {
  const sealed = await get("pieces", pieceKey(request, at));
  return sealed ? openBytes(sealed) : null;
}

// A picture to look at; the address is to be given back with URL.revokeObjectURL.
export async function shown({ request, size }) {
  const parts = [];
  for (let at = 0; at < size; at += PIECE_BYTES) parts.push(await piece(request, at));
  return URL.createObjectURL(new Blob(parts.filter(Boolean), { type: "image/jpeg" }));
}
