// The words of the planner's table, Chinese and English. Before: the page's lang attribute. After: every module here.

const ZH = {
  offline: "网络不通，刚才的修改没有记下；请检查网络后再试。",
  again: "别人刚刚改过这个方案，已换成最新的样子。",
  loading: "正在取地图…",
  unit: "{n} 号",
  unitSays: "{n} 号单元，{h} 户，{g}",
  painted: "已把 {n} 个单元、{h} 户划给{g}。",
  nothingChanged: "没有变化。",
  done: "已记下。{n} 个单元换了网格。",
  undone: "已撤销。",
  redone: "已重做。",
  split: "已分成 {n} 个网格。",
  merged: "已并入{g}。",
  locked: "已锁定{g}。",
  unlocked: "已解锁{g}。",
  held: "已锁定 {n} 个单元。",
  freed: "已解锁 {n} 个单元。",
  named: "已改名为{g}。",
  counted: "已按现在的情况重新统计。",
  weighed: "已按新的权重计算。",
  lineHint: "在地图上依次点出一条线，从网格的一侧到另一侧；点“完成”或按回车结束。",
  brushHint: "点一个单元，或按住拖过几个单元，划给当前网格。",
  holdHint: "点一个单元锁定它，再点一次解锁。",
  handHint: "拖动地图；点一个网格把它设为当前网格。",
  linePoints: "已画 {n} 个点。",
  chooseOther: "请选择另一个网格。",
  chooseUnits: "请先勾选单元。",
  minutes: "{n} 分",
  hectares: "{n} 公顷",
  new: "新",
  ended: "撤销",
  nobody: "无人负责",
  whole: "连片",
  pieces: "{n} 块",
  hard: "必须改正",
  soft: "提醒",
  noFaults: "没有违反规则的地方。",
  moreFaults: "只列出前 {n} 处，共 {m} 处。",
  everyGrid: "全部网格",
  changedGrids: "有变动的网格",
  moreRows: "再显示 {n} 行",
  noUnits: "这里没有单元。",
  moreUnits: "再显示 {n} 个",
  unitList: "{h} 户 · 关照 {c} · 在办 {o}",
  beside: "紧邻 {g}",
  wholePlan: "整个方案",
  moved: "{u} 个单元、{h} 户与现状不同",
  same: "与现状相同",
  searching: "正在生成自动方案：{p}",
  waiting: "排队中",
  failed: "没有生成：{e}",
  found: "有 {n} 个不同的方案可选。",
  offer: "方案 {n}",
  use: "采用",
  used: "已采用方案 {n}；可以撤销，也可以接着改。",
  look: "预览",
  lookOff: "收起预览",
  first: "推荐",
  lockWord: "锁",
  chosenGrid: "当前网格：{g}",
  ready: "共 {n} 个单元、{g} 个网格。",
};

const EN = {
  offline: "No connection: the last change was not kept. Check the network and try again.",
  again: "Somebody else has just changed this plan; it is shown as it is now.",
  loading: "Fetching the map…",
  unit: "No. {n}",
  unitSays: "unit {n}, {h} households, {g}",
  painted: "{n} units with {h} households given to {g}.",
  nothingChanged: "Nothing changed.",
  done: "Kept. {n} units changed their grid.",
  undone: "Undone.",
  redone: "Done again.",
  split: "Split into {n} grids.",
  merged: "Joined to {g}.",
  locked: "{g} is locked.",
  unlocked: "{g} is unlocked.",
  held: "{n} units are locked.",
  freed: "{n} units are unlocked.",
  named: "It is called {g} now.",
  counted: "Counted anew as things stand now.",
  weighed: "Reckoned with the new weights.",
  lineHint: "Click points of a line on the map, from one side of the grid to the other; “Finish” or Enter ends it.",
  brushHint: "Click a unit, or hold and drag over several, to give them to the current grid.",
  holdHint: "Click a unit to lock it, once more to unlock it.",
  handHint: "Drag the map; click a grid to make it the current one.",
  linePoints: "{n} points so far.",
  chooseOther: "Choose the other grid.",
  chooseUnits: "Tick some units first.",
  minutes: "{n} min",
  hectares: "{n} ha",
  new: "new",
  ended: "ended",
  nobody: "nobody",
  whole: "one",
  pieces: "{n} pieces",
  hard: "must be mended",
  soft: "reminder",
  noFaults: "No rule is broken.",
  moreFaults: "The first {n} of {m} are listed.",
  everyGrid: "All grids",
  changedGrids: "Grids that change",
  moreRows: "Show {n} more rows",
  noUnits: "There are no units here.",
  moreUnits: "Show {n} more",
  unitList: "{h} households · {c} in care · {o} open",
  beside: "beside {g}",
  wholePlan: "the whole plan",
  moved: "{u} units with {h} households differ from today",
  same: "the same as today",
  searching: "Searching for proposals: {p}",
  waiting: "waiting",
  failed: "No proposal: {e}",
  found: "{n} different plans to choose from.",
  offer: "Plan {n}",
  use: "Take",
  used: "Plan {n} is taken; undo it or go on from it.",
  look: "Preview",
  lookOff: "End preview",
  first: "first choice",
  lockWord: "L",
  chosenGrid: "Current grid: {g}",
  ready: "{n} units, {g} grids.",
};

export const english = document.documentElement.lang.startsWith("en");

export function say(name, values = {}) {
  return (english ? EN : ZH)[name].replace(/\{(\w)\}/g, (_, key) => values[key]);
}

// A sentence in both languages, Chinese first: the half of it that the reader reads.
export function half(sentence) {
  const found = /^(.*?[。？！”])\s+([A-Z“0-9].*)$/s.exec(sentence);
  if (!found) return sentence;
  return english ? found[2] : found[1];
}

const grouped = new Intl.NumberFormat(english ? "en" : "zh-CN");

export function whole(value) {
  return grouped.format(Math.round(value));
}

export function percent(share, digits = 0) {
  return `${(100 * share).toFixed(digits)} %`;
}
