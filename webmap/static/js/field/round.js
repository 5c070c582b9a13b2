// A round as it will be once the steps that wait are taken. Before: nothing. After: contact.js (the day), js/round/.

const STATES = { done: "done", skip: "skipped", postpone: "postponed" };
export const todo = (stop) => (stop.state ?? "todo") === "todo";

// A step that changes a stop, as the server will take it: what was done stays done.
export const changesStop = (step) => step in STATES;

export function walked(round, body) {
  if (body.step === "start") return { ...round, state: "running" };
  if (body.step === "finish") return { ...round, state: "done" };
  if (body.step === "reorder") return { ...round, stops: inOrder(round.stops, body.keys) };
  if (!changesStop(body.step)) return round;
  const state = STATES[body.step];
  return { ...round, stops: round.stops.map((stop) => (stop.key === body.stop && todo(stop) ? { ...stop, state } : stop)) };
}

function inOrder(stops, keys) {
  const moved = (stop) => todo(stop) && keys.includes(stop.key);
  const sorted = stops.filter(moved).sort((one, other) => keys.indexOf(one.key) - keys.indexOf(other.key));
  return stops.map((stop) => (moved(stop) ? sorted.shift() : stop));
}

export const stepsOf = (round, actions) => actions.filter((one) => one.kind === "round" && one.body.round === round.id);
export const expectedRound = (round, actions) => stepsOf(round, actions).reduce((now, { body }) => walked(now, body), round);
