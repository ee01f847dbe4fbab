/* One event: its articles side by side, and why they belong together. */
const CATEGORY = { person: "name", place: "name", organisation: "name", name: "name", latin: "name", word: "word", term: "word", date: "date" };
const categoryOf = kind => CATEGORY[kind] || "number";
const CATEGORIES = ["name", "number", "date", "word", "gram"];

/* What the linker's features are about; names as in the results. */
const GROUP = { cosine: "wording", "title cosine": "wording", "lead cosine": "wording", "shared terms": "wording", "terms covered, less": "wording",
  "terms covered, more": "wording", "shared names": "names", "shared words": "names", "words in common, less": "names", "words in common, more": "names",
  "shared bits": "names", "shared numbers": "numbers", "conflicting numbers": "numbers", "days apart": "time", "days later": "time", margin: "rivals",
  "ahead of a's others": "rivals", "ahead of b's others": "rivals", nearest: "rivals", copied: "copied", languages: "base" };

/* --------------------------------------------------------- marks in the texts */

/* The places of one side of a pair that are to be marked, in order, none over another: names and numbers go before words,
   longer ones before shorter ones. */
function marksOf(pair, side) {
  const places = [];
  const add = (spans, category, item, clash) => {
    for (let i = 0; i < spans.length; i += 2) places.push({ begin: spans[i], end: spans[i] + spans[i + 1], category, item, clash });
  };
  pair.conflict.forEach((fact, i) => add(fact[4 + side], "number", `conflict-${i}`, true));
  pair.common.forEach((fact, i) => add(fact[4 + side], categoryOf(fact[0]), `common-${i}`, false));
  pair.words.forEach((word, i) => add(word[3 + side], "gram", `words-${i}`, false));
  const weight = place => (place.clash ? 0 : 1) + CATEGORIES.indexOf(place.category) * 2;
  places.sort((a, b) => weight(a) - weight(b) || (b.end - b.begin) - (a.end - a.begin) || a.begin - b.begin);
  const taken = new Set(), kept = [];
  for (const place of places) {
    let free = place.end > place.begin;
    for (let at = place.begin; at < place.end && free; at++) free = !taken.has(at);
    if (!free) continue;
    for (let at = place.begin; at < place.end; at++) taken.add(at);
    kept.push(place);
  }
  return kept.sort((a, b) => a.begin - b.begin);
}

/* `text`, which begins at `offset` of the whole, as text and marks. */
function marked(text, offset, marks) {
  const nodes = [];
  let at = 0;
  for (const mark of marks) {
    const begin = Math.max(at, mark.begin - offset), end = Math.min(text.length, mark.end - offset);
    if (end <= begin) continue;
    nodes.push(text.slice(at, begin), el("mark", { class: mark.clash ? "number clash" : mark.category, "data-item": mark.item }, text.slice(begin, end)));
    at = end;
  }
  nodes.push(text.slice(at));
  return nodes;
}

function articlePanel(article, text, marks) {
  const lang = langOf(article);
  return el("div", { class: `text ${article.lang}` },
    el("p", { class: "meta" }, badge(article.lang), " ", el("bdi", {}, sourceName(article)), ` · ${when(article)}`),
    el("h4", { lang, dir: "auto" }, marked(text.title || article.title, 0, text.title ? marks : [])),
    text.text ? el("p", { class: "body", lang, dir: "auto" }, marked(text.text, text.title.length + 1, marks)) : el("p", { class: "quiet" }, ui.noText),
    text.more ? el("p", { class: "quiet" }, ui.moreText(count(text.more))) : null,
    text.url && isWebAddress(text.url) ? el("p", { class: "meta" }, el("a", { href: text.url, target: "_blank", rel: "noopener noreferrer" }, ui.open)) : null);
}

function legend(box) {
  const name = { name: ui.catName, number: ui.catNumber, date: ui.catDate, word: ui.catWord, gram: ui.catGram };
  return el("fieldset", { class: "legend" }, el("legend", {}, ui.marks), CATEGORIES.map(category => el("label", {},
    el("input", { type: "checkbox", checked: true, onchange: e => box.classList.toggle(`hide-${category}`, !e.target.checked) }),
    el("mark", { class: category }, name[category]))));
}

/* ------------------------------------------------------------------- reasons */

function groupShares(pair) {
  const sums = new Map([["base", { sum: pair.start, parts: [] }]]);
  pair.shares.forEach((share, i) => {
    const feature = index.features[i], group = i < index.features.length ? GROUP[feature] || "other" : "company";
    if (!sums.has(group)) sums.set(group, { sum: 0, parts: [] });
    sums.get(group).sum += share;
    if (Math.abs(share) >= 0.005 && i < index.features.length) sums.get(group).parts.push([feature, share]);
  });
  return [...sums].map(([name, group]) => ({ name, ...group })).filter(group => Math.abs(group.sum) >= 0.005 || group.parts.length > 0)
    .sort((a, b) => (b.name === "base") - (a.name === "base") || Math.abs(b.sum) - Math.abs(a.sum));
}

/* The two or three kinds of evidence that count most each way, in words. */
function summary(groups) {
  const named = sign => groups.filter(group => group.name !== "base" && group.sum * sign >= 0.1).slice(0, 3).map(group => ui.groups[group.name].toLowerCase()).join(ui === strings.zh ? "、" : ", ");
  const best = named(1), worst = named(-1);
  return [best ? ui.speaksFor(best) : "", worst ? ui.speaksAgainst(worst) : ""].filter(Boolean).join(" ");
}

function oddsTable(groups, pair) {
  const most = Math.max(1, ...groups.map(group => Math.abs(group.sum)));
  const bar = value => {
    const part = el("i", { class: value < 0 ? "against" : "for" });
    part.style.width = `${100 * Math.abs(value) / most}%`;
    return el("div", { class: "diverge", "aria-hidden": "true" }, part);
  };
  const row = (label, value, kind) => el("tr", { class: kind }, el("th", { scope: "row" }, label), el("td", { class: "bar" }, kind === "sum" ? null : bar(value)), el("td", { class: "n" }, signed(value)));
  const fine = groups.flatMap(group => group.parts.map(([feature, share]) => row(feature, share, "fine")));
  return [el("table", { class: "odds" }, el("caption", {}, ui.oddsHelp), el("tbody", {}, groups.map(group => row(ui.groups[group.name], group.sum, null)),
    row(ui.sum(percent(pair.p)), groups.reduce((sum, group) => sum + group.sum, 0), "sum"))),
  el("details", { class: "more" }, el("summary", {}, ui.details), el("table", { class: "odds" }, el("tbody", {}, fine)))];
}

const WORDS_SHOWN = 8; /* of an evidence table; names, numbers and dates are all shown */

/* Rows of what two articles say; a button shows where it stands. */
function evidenceTable(facts, list, a, b, light) {
  const quote = (text, article, item) => el("td", {}, el("button", { type: "button", lang: langOf(article), dir: "auto",
    onclick: () => light(item, true), onfocus: () => light(item, false), onmouseenter: () => light(item, false) }, text));
  const head = [el("th", { scope: "col" }, ui.kind), el("th", { scope: "col" }, sideName(a)), el("th", { scope: "col" }, sideName(b))];
  if (list === "common") head.push(el("th", { scope: "col", class: "n" }, ui.bits));
  const row = ([fact, i]) => el("tr", {}, el("th", { scope: "row", class: list === "conflict" ? "clash" : null },
    el("i", { class: `swatch ${categoryOf(fact[0])}` }), ui.kinds[fact[0]] || fact[0]),
  quote(fact[2], a, `${list}-${i}`), quote(fact[3], b, `${list}-${i}`), list === "common" ? el("td", { class: "n" }, fact[1].toFixed(1)) : null);
  const table = (rows, caption) => el("table", { class: "evidence" }, caption ? el("caption", {}, caption) : null, el("thead", {}, el("tr", {}, head.map(cell => cell.cloneNode(true)))), el("tbody", {}, rows.map(row)));
  const rows = facts.map((fact, i) => [fact, i]), isWord = ([fact]) => categoryOf(fact[0]) === "word";
  const order = ([fact]) => CATEGORIES.indexOf(categoryOf(fact[0]));
  const words = rows.filter(isWord), first = [...rows.filter(row => !isWord(row)).sort((x, y) => order(x) - order(y)), ...words.splice(0, WORDS_SHOWN)];
  return [table(first, list === "common" ? ui.commonHelp : ui.conflictHelp),
    words.length ? el("details", { class: "more" }, el("summary", {}, ui.moreWords(words.length)), table(words)) : ""];
}
const sideName = article => `${{ zh: "中文", en: "EN", other: "" }[article.lang]} ${article.source < 0 ? "" : sourceName(article)}`.trim();

function reasons(pair, a, b, light) {
  const groups = groupShares(pair);
  const odds = el("div", {}, el("h4", {}, ui.odds), oddsTable(groups, pair));
  const common = el("div", {}, el("h4", {}, ui.common), pair.common.length ? evidenceTable(pair.common, "common", a, b, light) : el("p", { class: "quiet" }, ui.nothing));
  if (pair.conflict.length) common.prepend(el("h4", { class: "clash" }, ui.conflict), ...evidenceTable(pair.conflict, "conflict", a, b, light));
  const words = pair.words.length ? el("div", {}, el("h4", {}, ui.words), el("p", { class: "quiet" }, ui.wordsHelp(pair.cosine.toFixed(2))),
    el("ul", { class: "chips" }, pair.words.slice(0, 15).map(word => el("li", {}, el("bdi", { lang: langOf(a) }, word[1]), " ↔ ", el("bdi", { lang: langOf(b) }, word[2]))))) : null;
  odds.append(words || "");
  return el("div", { class: "reasons" }, odds, common);
}

/* One pair in full, in the order English beside Chinese or as the link names them. */
function pairView(event, details, pair) {
  const a = event.articles[pair.a], b = event.articles[pair.b], box = el("div", {});
  const light = (item, jump) => {
    for (const mark of box.querySelectorAll("mark[data-item]")) mark.classList.toggle("lit", mark.dataset.item === item);
    if (jump) box.querySelector("mark.lit")?.scrollIntoView({ block: "center" });
  };
  box.dataset.shows = `${pair.a} ${pair.b}`;
  box.append(el("div", { class: "verdict" }, el("b", { class: pair.p < 0.8 ? "unsure" : null }, percent(pair.p)),
    el("p", {}, `${ui.verdictIs()}. `, pair.relation === "duplicate" ? `${ui.duplicate} ` : "", summary(groupShares(pair)))),
  legend(box),
  el("div", { class: "side" }, articlePanel(a, details.articles[pair.a], marksOf(pair, 0)), articlePanel(b, details.articles[pair.b], marksOf(pair, 1))),
  reasons(pair, a, b, light));
  return box;
}

/* -------------------------------------------------------------------- the whole */

function pairName(event, pair) {
  const name = article => `${sideName(article)}: ${article.title.length > 50 ? `${article.title.slice(0, 49)}…` : article.title}`;
  return `${percent(pair.p)} · ${name(event.articles[pair.a])} ↔ ${name(event.articles[pair.b])}`;
}

function compareSection(event, details) {
  const place = el("div", {});
  const section = el("section", { "aria-label": ui.compare }, el("h3", {}, ui.compare));
  if (details.pairs.length === 0) {
    section.append(el("p", { class: "quiet" }, ui.notLinked));
    return section;
  }
  const show = i => place.replaceChildren(pairView(event, details, details.pairs[i]));
  if (details.pairs.length > 1)
    section.append(el("p", { class: "choose" }, el("label", {}, el("span", {}, `${ui.choosePair}${details.pairs.length < event.links ? ` (${ui.morePairs(details.pairs.length, count(event.links))})` : ""}`),
      el("select", { class: "pair", onchange: e => show(Number(e.target.value)) }, details.pairs.map((pair, i) => el("option", { value: i }, pairName(event, pair)))))));
  section.append(place);
  show(0);
  return section;
}

function membersSection(event, details) {
  return el("section", { class: "members", "aria-label": ui.all(event.articles.length) }, el("h3", {}, ui.all(count(event.articles.length))),
    event.articles.map((article, i) => {
      const member = el("details", { class: "member", "data-article": i }, el("summary", {}, el("span", { class: "quiet" }, when(article)), badge(article.lang),
        el("span", {}, el("span", { class: "head", lang: langOf(article), dir: "auto" }, article.title), " ", el("bdi", { class: "quiet" }, sourceName(article)))));
      member.addEventListener("toggle", () => { if (member.open && !member.querySelector(".text")) member.append(articlePanel(article, details.articles[i], [])); });
      return member;
    }));
}

function relatedSection(event) {
  if (event.related.length === 0) return null;
  return el("section", { class: "related", "aria-label": ui.related }, el("h3", {}, ui.related), el("ul", {}, event.related.map(({ event: number, linked, value }) => {
    const other = events[number];
    return el("li", {}, el("span", { class: "quiet" }, span(other)), el("a", { href: `#event-${number}`, dir: "auto", lang: headlines(other)[0].lang || null }, headline(other)),
      el("span", { class: "quiet" }, linked ? ui.relatedLink(percent(value)) : ui.relatedNear(value.toFixed(2))));
  })));
}

/* Everything of an event but the ways to leave it. */
function eventBody(event) {
  const details = detailsOf(event.number);
  return [el("h2", { tabindex: -1 }, headlines(event)),
    el("p", { class: "quiet" }, `${ui.eventNumber(event.number)} · ${span(event)} · ${ui.sizes(event.zh, event.en, event.articles.length - event.zh - event.en)} · ${ui.certaintyOf(percent(event.sure))}`),
    event.first === null ? null : dots(event, event.first, event.last, Math.min(830, Math.max(280, document.body.clientWidth - 60)), 44),
    compareSection(event, details), membersSection(event, details), relatedSection(event)].filter(Boolean);
}
