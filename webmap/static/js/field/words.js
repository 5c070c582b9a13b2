// The words of the day, and how spans and clocks are said. Before: webmap/field/words.py writes them into the page. After: all of field/.

const words = JSON.parse(document.querySelector("[data-day]").dataset.words);

export function say(name, holes = {}) {
  return (words[name] ?? name).replace(/\{(\w+)\}/g, (_, hole) => String(holes[hole] ?? ""));
}

// A span as the pages say it: 35 分, 2 小时 10 分, 2 天 3 小时, 12 天.
export function span(ms) {
  const minutes = Math.floor(ms / 60000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const left = minutes % 60;
  const parts = [];
  if (days) parts.push(say("days", { n: days }));
  if (hours && days < 3) parts.push(say("hours", { n: hours }));
  if (!days && (left || !hours)) parts.push(say("minutes", { n: left }));
  return parts.join(" ");
}

export function due(at) {
  if (!at) return { words: say("noDue"), kind: "" };
  const left = new Date(at) - Date.now();
  if (left < 0) return { words: say("dueOver", { span: span(-left) }), kind: "late" };
  return { words: say("dueIn", { span: span(left) }), kind: left < 4 * 3600000 ? "soon" : "" };
}

export const clock = (at) => new Date(at).toLocaleString(document.documentElement.lang, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
