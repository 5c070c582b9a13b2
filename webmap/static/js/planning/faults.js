// What breaks which rule, where and by how much; pressing one shows its place on the map. Before: draft.js.

import { element } from "../map/page.js";
import { say } from "./words.js";

export class Faults {
  constructor(list, draft, { show, count, more }) {
    Object.assign(this, { list, draft, show, count, more });
    draft.listen(() => this.all());
  }

  all() {
    const { faults, many } = this.draft;
    this.count.textContent = many ? `(${many})` : "";
    this.list.replaceChildren(...faults.map((fault) => this.made(fault)));
    if (!faults.length) this.list.append(element("li", { class: "quiet" }, say("noFaults")));
    this.more.hidden = many <= faults.length;
    this.more.textContent = say("moreFaults", { n: faults.length, m: many });
  }

  made(fault) {
    const where = fault.key === null ? say("wholePlan") : this.draft.name(fault.key);
    return element("li", { class: fault.hard ? "is-hard" : null },
      element("button", { type: "button", class: "fault", onclick: () => this.show(fault) },
        element("span", { class: "fault-word" }, fault.hard ? say("hard") : say("soft")),
        element("span", {}, `${where}：${fault.says}`), element("span", { class: "hint" }, fault.rule)));
  }
}
