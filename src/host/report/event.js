/* One event: its articles side by side, all of them, and what is related to it. */

/* --------------------------------------------------------- marks in the texts */

/* The places of one side of a pair that are to be marked, in order, none over another: names and numbers go before
   words, longer ones before shorter ones. */
function marksOf(pair, side) {
  const places = [];
  const add = (spans, category, item, clash) => {
    for (let i = 0; i < spans.length; i += 2)
      if (spans[i + 1] > 0) places.push({ begin: spans[i], end: spans[i] + spans[i + 1], category, item, clash });
  };
  pair.conflict.forEach((fact, i) => add(fact[4 + side], "number", `conflict-${i}`, true));
  pair.common.forEach((fact, i) => add(fact[4 + side], categoryOf(fact[0]), `common-${i}`, false));
  pair.words.forEach((word, i) => add(word[3 + side], "gram", `words-${i}`, false));
  const rank = place => (place.clash ? -1 : CATEGORIES.indexOf(place.category));
  places.sort((a, b) => rank(a) - rank(b) || (b.end - b.begin) - (a.end - a.begin) || a.begin - b.begin);
  const kept = [];
  for (const place of places)
    if (kept.every(other => place.end <= other.begin || other.end <= place.begin)) kept.push(place);
  return kept.sort((a, b) => a.begin - b.begin);
}

/* `text`, which begins at `offset` of the whole, as text and marks. */
function marked(text, offset, marks) {
  const nodes = [];
  let at = 0;
  for (const { begin, end, category, item, clash } of marks) {
    const from = Math.max(at, begin - offset), to = Math.min(text.length, end - offset);
    if (to <= from) continue;
    const kind = clash ? "number clash" : category;
    nodes.push(text.slice(at, from), el("mark", { class: kind, "data-item": item }, text.slice(from, to)));
    at = to;
  }
  nodes.push(text.slice(at));
  return nodes;
}

function articlePanel(article, text, marks) {
  const lang = langOf(article), body = marked(text.text, text.title.length + 1, marks);
  const link = () => el("a", { href: text.url, target: "_blank", rel: "noopener noreferrer" }, ui.open);
  return el("div", { class: `text ${article.lang}` },
    el("p", { class: "meta" }, badge(article.lang), " ", el("bdi", {}, sourceName(article)), ` · ${when(article)}`),
    el("h4", { lang, dir: "auto" }, text.title ? marked(text.title, 0, marks) : article.title),
    text.text ? el("p", { class: "body", lang, dir: "auto" }, body) : text.more ? null : quiet(ui.noText),
    text.more ? quiet(ui.moreText(count(text.more))) : null,
    text.url && isWebAddress(text.url) ? el("p", { class: "meta" }, link()) : null);
}

/* Which kinds of marks are shown. */
function legend(box) {
  const names = { name: ui.catName, number: ui.catNumber, date: ui.catDate, word: ui.catWord, gram: ui.catGram };
  const toggle = category => el("input", { type: "checkbox", checked: true,
    onchange: e => box.classList.toggle(`hide-${category}`, !e.target.checked) });
  return el("fieldset", { class: "legend" }, el("legend", {}, ui.marks),
    CATEGORIES.map(category => el("label", {}, toggle(category), el("mark", { class: category }, names[category]))));
}

/* -------------------------------------------------------------------- a pair */

function pairView(event, details, pair) {
  const a = event.articles[pair.a], b = event.articles[pair.b];
  const box = el("div", { "data-shows": `${pair.a} ${pair.b}` });
  const light = (item, jump) => {
    for (const mark of box.querySelectorAll("mark[data-item]"))
      mark.classList.toggle("lit", mark.dataset.item === item);
    if (jump) box.querySelector("mark.lit")?.scrollIntoView({ block: "center" });
  };
  const verdict = [`${ui.verdictIs}. `, pair.relation === "duplicate" ? `${ui.duplicate} ` : "",
    summary(groupShares(pair))];
  box.append(
    el("div", { class: "verdict" }, el("b", { class: pair.p < 0.8 ? "unsure" : null }, percent(pair.p)),
      el("p", {}, verdict)),
    legend(box),
    el("div", { class: "side" },
      articlePanel(a, details.articles[pair.a], marksOf(pair, 0)),
      articlePanel(b, details.articles[pair.b], marksOf(pair, 1))),
    reasons(pair, a, b, light));
  return box;
}

function pairName(event, pair) {
  const short = title => title.length > 50 ? `${title.slice(0, 49)}…` : title;
  const name = article => `${sideName(article)}: ${short(article.title)}`;
  return `${percent(pair.p)} · ${name(event.articles[pair.a])} ↔ ${name(event.articles[pair.b])}`;
}

function pairChoice(event, pairs, show) {
  const some = pairs.length < event.links ? ` (${ui.morePairs(pairs.length, count(event.links))})` : "";
  const options = pairs.map((pair, i) => el("option", { value: i }, pairName(event, pair)));
  return el("p", { class: "choose" }, el("label", {}, el("span", {}, ui.choosePair + some),
    el("select", { class: "pair", onchange: e => show(Number(e.target.value)) }, options)));
}

function compareSection(event, details) {
  const place = el("div", {}), pairs = details.pairs;
  const show = i => place.replaceChildren(pairView(event, details, pairs[i]));
  if (pairs.length === 0) place.append(quiet(ui.notLinked));
  else show(0);
  return el("section", { "aria-label": ui.compare }, el("h3", {}, ui.compare),
    pairs.length > 1 ? pairChoice(event, pairs, show) : null, place);
}

/* ------------------------------------------------------ all articles, and more */

/* The text of an article is put in when it is opened. */
function member(article, text, i) {
  const box = el("details", { class: "member", "data-article": i }, el("summary", {},
    el("span", { class: "quiet" }, when(article)), badge(article.lang),
    el("span", {}, el("span", { class: "head", lang: langOf(article), dir: "auto" }, article.title), " ",
      el("bdi", { class: "quiet" }, sourceName(article)))));
  box.addEventListener("toggle", () => {
    if (box.open && !box.querySelector(".text")) box.append(articlePanel(article, text, []));
  });
  return box;
}

function membersSection(event, details) {
  const title = ui.all(count(event.articles.length));
  return el("section", { class: "members", "aria-label": title }, el("h3", {}, title),
    event.articles.map((article, i) => member(article, details.articles[i], i)));
}

function relatedSection(event) {
  if (event.related.length === 0) return null;
  const item = ({ event: number, linked, value }) => el("li", {},
    el("span", { class: "quiet" }, span(events[number])), eventLink(events[number]),
    el("span", { class: "quiet" }, linked ? ui.relatedLink(percent(value)) : ui.relatedNear(value.toFixed(2))));
  return el("section", { class: "related", "aria-label": ui.related }, el("h3", {}, ui.related),
    el("ul", {}, event.related.map(item)));
}

/* Everything of an event but the ways to leave it. */
function eventBody(event) {
  const details = detailsOf(event.number), other = event.articles.length - event.zh - event.en;
  const facts = [ui.eventNumber(event.number), span(event), ui.sizes(event.zh, event.en, other),
    ui.certaintyOf(percent(event.sure))];
  if (details === null) return [el("h2", { tabindex: -1 }, headlines(event)), quiet(ui.reading)];
  const width = Math.min(830, Math.max(280, document.body.clientWidth - 60));
  return [el("h2", { tabindex: -1 }, headlines(event)), quiet(facts.join(" · ")),
    event.first === null ? null : dots(event, event.first, event.last, width, 44),
    compareSection(event, details), membersSection(event, details), relatedSection(event)].filter(Boolean);
}
