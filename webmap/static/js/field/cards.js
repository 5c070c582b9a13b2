// What came of something otherwise than meant: what I did, and what happened meanwhile. A card stays until it is read.
// Before: words.js. After: index.js.

import { element } from "../map/page.js";
import { clock, say } from "./words.js";

const TITLES = { kept: "cardKept", handed: "cardHanded", refused: "cardRefused" };

export function drawCards(box, cards, read) {
  const focused = box.contains(document.activeElement) ? document.activeElement.closest("[data-card]")?.dataset.card : null;
  box.replaceChildren(...(cards.length ? [
    element("section", { class: "day-cards", "aria-label": say("cardsCount", { n: cards.length }) },
      element("h2", {}, say("cardsCount", { n: cards.length })), ...cards.map((card) => one(card, read))),
  ] : []));
  if (focused) (box.querySelector(`[data-card="${CSS.escape(focused)}"] button`) ?? box.querySelector("button"))?.focus();
}

function one(card, read) {
  const did = [clock(card.at), card.did, card.number].filter(Boolean).join(" · ");
  const words = [card.words, card.photos ? say("photoCount", { n: card.photos }) : ""].filter(Boolean).join(" · ");
  return element("article", { class: `card stack day-card is-${card.outcome}`, "data-card": card.request },
    element("h3", {}, say(TITLES[card.outcome]), card.plan ? element("span", { class: "quiet" }, ` ${card.plan}`) : null),
    element("dl", { class: "facts" },
      element("dt", {}, say("iDid")), element("dd", {}, did, words ? element("q", { class: "day-quote" }, words) : null),
      element("dt", {}, say("meanwhile")), element("dd", {}, ...meanwhile(card))),
    card.kept_in ? element("p", { class: "quiet small" }, say("keptIn", { number: card.kept_in })) : null,
    element("button", { type: "button", class: "act second", onclick: () => read(card) }, say("read")));
}

function meanwhile(card) {
  const rows = card.meanwhile.map((log) => element("span", { class: "day-log" }, [clock(log.at), log.what, log.who, log.whom].filter(Boolean).join(" · ")));
  if (card.why) rows.push(element("span", { class: "day-log" }, card.why));
  return rows.length ? rows : [say("nothingElse")];
}
