/* Why two articles belong together: what moves the probability, and what they have in common. */
const CATEGORY = {
  person: "name", place: "name", organisation: "name", name: "name", latin: "name",
  word: "word", term: "word", date: "date",
};
const categoryOf = kind => CATEGORY[kind] || "number";
const CATEGORIES = ["name", "number", "date", "word", "gram"];

/* What the linker's features are about; names as in the results. */
const GROUPS = {
  wording: ["cosine", "title cosine", "lead cosine", "title to lead, less", "title to lead, more", "shared terms", "terms covered, less", "terms covered, more"],
  names: ["shared names", "shared words", "words in common, less", "words in common, more", "shared bits"],
  numbers: ["shared numbers", "conflicting numbers"],
  time: ["days apart", "days later"],
  rivals: ["margin", "ahead of a's others", "ahead of b's others", "nearest"],
  copied: ["copied"],
  base: ["languages"],
};
const groupOf = feature => Object.keys(GROUPS).find(group => GROUPS[group].includes(feature)) || "other";

const sideName = article => {
  const lang = { zh: "中文", en: "EN", other: "" }[article.lang];
  return `${lang} ${article.source < 0 ? "" : sourceName(article)}`.trim();
};

/* ----------------------------------------------------------- the probability */

const TELLING = 0.005; /* log-odds: less is shown as 0.00 */

/* The shares of a pair by groups, where pairs start first, then the largest. parts: [[feature, share], ...] */
function groupShares(pair) {
  const groups = new Map([["base", { name: "base", sum: pair.start, parts: [] }]]);
  pair.shares.forEach((share, i) => {
    const feature = index.features[i], name = feature === undefined ? "company" : groupOf(feature);
    if (!groups.has(name)) groups.set(name, { name, sum: 0, parts: [] });
    groups.get(name).sum += share;
    if (Math.abs(share) >= TELLING && feature !== undefined) groups.get(name).parts.push([feature, share]);
  });
  return [...groups.values()].filter(group => Math.abs(group.sum) >= TELLING || group.parts.length > 0)
    .sort((a, b) => (b.name === "base") - (a.name === "base") || Math.abs(b.sum) - Math.abs(a.sum));
}

/* The two or three kinds of evidence that count most each way, in words. */
function summary(groups) {
  const telling = sign => groups.filter(group => group.name !== "base" && group.sum * sign >= 0.1).slice(0, 3)
    .map(group => ui.groups[group.name].toLowerCase()).join(ui.comma);
  const best = telling(1), worst = telling(-1);
  return [best ? ui.speaksFor(best) : "", worst ? ui.speaksAgainst(worst) : ""].filter(Boolean).join(" ");
}

function oddsTable(groups, pair) {
  const most = Math.max(1, ...groups.map(group => Math.abs(group.sum)));
  const bar = value => {
    const part = el("i", { class: value < 0 ? "against" : "for" });
    part.style.width = `${100 * Math.abs(value) / most}%`;
    return el("div", { class: "diverge", "aria-hidden": "true" }, part);
  };
  const row = (label, value, kind) => el("tr", { class: kind },
    el("th", { scope: "row" }, label),
    el("td", { class: "bar" }, kind === "sum" ? null : bar(value)),
    el("td", { class: "n" }, signed(value)));
  const rows = groups.map(group => row(ui.groups[group.name], group.sum, null));
  const fine = groups.flatMap(group => group.parts.map(([feature, share]) => row(feature, share, "fine")));
  rows.push(row(ui.sum(percent(pair.p)), groups.reduce((sum, group) => sum + group.sum, 0), "sum"));
  return [el("table", { class: "odds" }, el("caption", {}, ui.oddsHelp), el("tbody", {}, rows)),
    el("details", { class: "more" }, el("summary", {}, ui.details),
      el("table", { class: "odds" }, el("tbody", {}, fine)))];
}

/* ------------------------------------------------------------------ evidence */

const WORDS_SHOWN = 8; /* of an evidence table; names, numbers and dates are all shown */

/* One row: what both say, each a button that shows where it stands. light(item, jump) marks the places. */
function evidenceRow(fact, item, a, b, light) {
  const [kind, bits, saidA, saidB] = fact, conflict = item.startsWith("conflict");
  const quote = (text, article) => el("td", {}, el("button", {
    type: "button", lang: langOf(article), dir: "auto",
    onclick: () => light(item, true), onfocus: () => light(item, false), onmouseenter: () => light(item, false),
  }, text));
  return el("tr", {},
    el("th", { scope: "row", class: conflict ? "clash" : null },
      el("i", { class: `swatch ${categoryOf(kind)}` }), ui.kinds[kind] || kind),
    quote(saidA, a), quote(saidB, b), conflict ? null : el("td", { class: "n" }, bits.toFixed(1)));
}

function evidenceTable(caption, withBits, rows, a, b) {
  const head = [ui.kind, sideName(a), sideName(b)].map(text => el("th", { scope: "col" }, text));
  if (withBits) head.push(el("th", { scope: "col", class: "n" }, ui.bits));
  return el("table", { class: "evidence" }, caption ? el("caption", {}, caption) : null,
    el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows));
}

/* Names, numbers, dates, then words, of which the less telling ones are folded away. */
function commonEvidence(pair, a, b, light) {
  if (pair.common.length === 0) return [quiet(ui.nothing)];
  const order = fact => CATEGORIES.indexOf(categoryOf(fact[0]));
  const facts = pair.common.map((fact, i) => ({ fact, item: `common-${i}` }))
    .sort((x, y) => order(x.fact) - order(y.fact)); /* a stable sort: the most telling stay first */
  const rowOf = ({ fact, item }) => evidenceRow(fact, item, a, b, light);
  const words = facts.filter(({ fact }) => categoryOf(fact[0]) === "word");
  const shown = facts.slice(0, facts.length - words.length + WORDS_SHOWN), rest = words.slice(WORDS_SHOWN);
  return [evidenceTable(ui.commonHelp, true, shown.map(rowOf), a, b),
    rest.length === 0 ? null : el("details", { class: "more" }, el("summary", {}, ui.moreWords(rest.length)),
      evidenceTable(null, true, rest.map(rowOf), a, b))];
}

function conflictEvidence(pair, a, b, light) {
  if (pair.conflict.length === 0) return [];
  const rows = pair.conflict.map((fact, i) => evidenceRow(fact, `conflict-${i}`, a, b, light));
  return [el("h4", { class: "clash" }, ui.conflict), evidenceTable(ui.conflictHelp, false, rows, a, b)];
}

function wordingList(pair, a, b) {
  if (pair.words.length === 0) return null;
  const said = (text, article) => el("bdi", { lang: langOf(article) }, text);
  return el("div", {}, el("h4", {}, ui.words), quiet(ui.wordsHelp(pair.cosine.toFixed(2))),
    el("ul", { class: "chips" }, pair.words.map(word => el("li", {}, said(word[1], a), " ↔ ", said(word[2], b)))));
}

function reasons(pair, a, b, light) {
  return el("div", { class: "reasons" },
    el("div", {}, el("h4", {}, ui.odds), oddsTable(groupShares(pair), pair), wordingList(pair, a, b)),
    el("div", {}, conflictEvidence(pair, a, b, light),
      el("h4", {}, ui.common), commonEvidence(pair, a, b, light)));
}
