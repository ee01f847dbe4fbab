/* The data of the page, and how they are put into words. Text from articles only ever becomes text nodes. */
const LANGS = ["other", "zh", "en"];

const index = JSON.parse(document.getElementById("index").textContent);
const events = index.events.map(([links, zhFace, enFace, articles, related], number) => {
  const event = { number, links, zhFace, enFace, zh: 0, en: 0, first: null, last: null, sure: 1,
    related: related.map(([event, linked, value]) => ({ event, linked, value })),
    articles: articles.map(([lang, source, time, precision, title, best]) =>
      ({ lang: LANGS[lang], source, time, precision, title, best })) };
  for (const article of event.articles) {
    if (article.lang !== "other") event[article.lang]++;
    if (article.time !== null) {
      event.first = event.first === null ? article.time : Math.min(event.first, article.time);
      event.last = event.last === null ? article.time : Math.max(event.last, article.time);
    }
    event.sure = Math.min(event.sure, article.best);
  }
  return event;
});

/* The texts and reasons of an event: parsed a block at a time, when first asked for. null: the browser is still reading
   the file, and has not come to the end of the block. */
const blocks = new Map();
function detailsOf(number) {
  const block = Math.floor(number / index.block);
  if (!blocks.has(block)) {
    const script = document.getElementById(`block-${block}`);
    if (document.readyState === "loading" && !script?.nextElementSibling) return null;
    if (blocks.size > 8) blocks.delete(blocks.keys().next().value);
    blocks.set(block, JSON.parse(script.textContent));
  }
  return blocks.get(block)[number % index.block];
}

/* An element: el("a", { href: "#" }, "text", child); null children are left out. */
function el(name, attributes, ...children) {
  const node = svgNames.has(name) ? document.createElementNS(SVG, name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined && child !== ""));
  return node;
}
const quiet = text => el("p", { class: "quiet" }, text);

const SVG = "http://www.w3.org/2000/svg";
const svgNames = new Set(["svg", "g", "rect", "line", "circle", "text"]);
const svgTitle = text => {
  const node = document.createElementNS(SVG, "title");
  node.textContent = text;
  return node;
};

const byId = id => document.getElementById(id);
const count = n => n.toLocaleString(ui === strings.zh ? "zh" : "en");
const percent = p => p >= 0.995 && p < 1 ? "> 99 %" : `${Math.round(100 * p)} %`;
const signed = x => (x < 0 ? "−" : "+") + Math.abs(x).toFixed(2);
const day = time => new Date(time * 1000).toISOString().slice(0, 10);
const minute = time => new Date(time * 1000).toISOString().slice(0, 16).replace("T", " ");
const when = article => article.time === null ? ui.noDate : article.precision === 1 ? day(article.time) : minute(article.time);
const span = event => {
  if (event.first === null) return ui.noDate;
  const [first, last] = [day(event.first), day(event.last)];
  return first === last ? first : `${first} – ${last}`;
};
const sourceName = article => article.source < 0 ? ui.noSource : index.sources[article.source];
const langOf = article => article.lang === "other" ? null : article.lang;
const isWebAddress = url => /^https?:\/\//i.test(url);

/* A badge with the language's own name for itself, as readers of either know it. */
const badge = (lang, n) => {
  const name = { zh: "中文", en: "EN", other: "·" }[lang];
  return el("span", { class: `badge ${lang}` }, n === undefined ? name : `${name} ${n}`);
};
const badges = event => [event.zh ? badge("zh", event.zh) : null, " ", event.en ? badge("en", event.en) : null];

/* The headlines of an event: one of each language, the Chinese one first in a Chinese page. */
function headlines(event) {
  const faces = [event.enFace, event.zhFace].filter(face => face >= 0);
  if (ui === strings.zh) faces.reverse();
  if (faces.length === 0) faces.push(0);
  return faces.map(face => el("span", { lang: langOf(event.articles[face]), dir: "auto" }, event.articles[face].title));
}
const headline = event => headlines(event)[0].textContent;
const eventLink = event => el("a", { href: `#event-${event.number}` }, headlines(event)[0]);

/* Who was first, as far as both dates tell: "zh", "en", "same" or "unknown". */
function firstReport(event) {
  const dated = lang => event.articles.filter(article => article.lang === lang && article.time !== null);
  const [zh, en] = [dated("zh"), dated("en")];
  if (zh.length === 0 || en.length === 0) return "unknown";
  const a = zh[0], b = en[0]; /* articles are in order of time */
  const exact = a.precision === 2 && b.precision === 2;
  const [x, y] = exact ? [a.time, b.time] : [day(a.time), day(b.time)];
  return x < y ? "zh" : x > y ? "en" : "same";
}
