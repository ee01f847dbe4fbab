/* The list of events, what is chosen from it, and the way between list and event. */
const PAGE = 25; /* events of the list shown at once */
const state = { shown: events, page: 0, bar: null, haystack: null };

/* Some browsers keep nothing for files. */
const remember = (name, value) => {
  try { localStorage.setItem(`samestory-${name}`, value); } catch { /* then not */ }
};
const recall = name => {
  try { return localStorage.getItem(`samestory-${name}`); } catch { return null; }
};

/* ------------------------------------------------------------------ overview */

function drawOverview() {
  const figure = (label, value, note) => el("div", {}, el("dt", {}, label),
    el("dd", {}, value, note ? el("small", {}, note) : null));
  const both = events.filter(event => event.zh && event.en).length;
  const sizes = events.map(event => event.articles.length);
  const links = index.probabilities.flat().reduce((a, b) => a + b, 0);
  byId("figures").replaceChildren(
    figure(ui.figEvents, count(events.length)),
    figure(ui.figBoth, count(both), events.length ? ui.shareOf(percent(both / events.length)) : null),
    figure(ui.figArticles, count(sizes.reduce((a, b) => a + b, 0)), ui.ofArticles(count(index.counts.articles))),
    figure(ui.figSources, count(index.sources.length)),
    figure(ui.figSize, ui.articlesUnit(count(sizes.reduce((a, b) => Math.max(a, b), 0)))),
    figure(ui.figLinks, count(links), ui.thresholdIs(index.made.threshold.toFixed(2))));
  drawProbabilities(byId("probabilities"));
  drawFirst(byId("first"));
  drawOutlets(byId("outlets"));
}

/* -------------------------------------------------------------------- filter */

const fold = text => text.normalize("NFKC").toLowerCase();

/* What is searched of each event; made when it is first needed. */
function haystacks() {
  if (state.haystack === null)
    state.haystack = events.map(event => fold(event.articles
      .map(article => `${article.title}\n${article.source < 0 ? "" : sourceName(article)}`).join("\n")));
  return state.haystack;
}

const orders = {
  time: (a, b) => (a.first ?? Infinity) - (b.first ?? Infinity) || a.number - b.number,
  late: (a, b) => (b.last ?? -Infinity) - (a.last ?? -Infinity) || a.number - b.number,
  size: (a, b) => b.articles.length - a.articles.length || a.number - b.number,
  sure: (a, b) => b.sure - a.sure || a.number - b.number,
  unsure: (a, b) => a.sure - b.sure || a.number - b.number,
};

/* The events that the form leaves; without its dates for the timeline, in which one chooses among them. */
function chooseEvents(withDates) {
  const words = fold(byId("query").value).split(/\s+/).filter(Boolean), source = fold(byId("source").value.trim());
  const langs = byId("langs").value, least = byId("least").value / 100;
  const from = article => article.source >= 0 && fold(sourceName(article)).includes(source);
  const low = withDates && byId("from").value ? Date.parse(byId("from").value) / 1000 : -Infinity;
  const high = withDates && byId("to").value ? Date.parse(byId("to").value) / 1000 + DAY : Infinity;
  return events.filter(event => {
    if (event.sure < least) return false;
    if (langs === "both" && !(event.zh && event.en)) return false;
    if (langs === "zh" && event.en || langs === "en" && event.zh) return false;
    const bounded = low > -Infinity || high < Infinity;
    if (bounded && (event.first === null || event.first < low || event.first >= high)) return false;
    if (source !== "" && !event.articles.some(from)) return false;
    return words.every(word => haystacks()[event.number].includes(word));
  });
}

function applyFilter() {
  byId("least-shown").textContent = `${byId("least").value} %`;
  state.shown = chooseEvents(true).sort(orders[byId("sort").value]);
  state.page = 0;
  drawTimes();
  drawList();
}

function chosenSpan() {
  const [from, to] = [byId("from").value, byId("to").value];
  return from && to ? [Date.parse(from) / 1000, Date.parse(to) / 1000 + DAY] : null;
}

function drawTimes() {
  drawTimeline(byId("timeline"), chooseEvents(false), events, chosenSpan(), (times, bar) => {
    byId("from").value = times ? day(times[0]) : "";
    byId("to").value = times ? day(times[1] - DAY) : "";
    applyFilter();
    document.querySelectorAll("#timeline g[role=button]")[bar]?.focus();
  });
  drawLanes(byId("lanes"), state.shown);
}

/* ---------------------------------------------------------------------- list */

function listItem(event) {
  const names = [...new Set(event.articles.filter(article => article.source >= 0).map(sourceName))];
  const named = names.slice(0, 4).join(" · ") + (names.length > 4 ? ` +${names.length - 4}` : "");
  const meter = el("i", {});
  meter.style.width = `${100 * event.sure}%`;
  return el("li", {}, el("span", { class: "when" }, span(event)),
    el("div", {}, el("h3", {}, el("a", { href: `#event-${event.number}` }, headlines(event))),
      el("p", { class: "outlets" }, badges(event), " ", el("bdi", {}, named))),
    el("div", { class: "sure" }, ui.certaintyOf(percent(event.sure)),
      el("div", { class: "meter", "aria-hidden": "true" }, meter)));
}

function drawList() {
  const pages = Math.max(1, Math.ceil(state.shown.length / PAGE)), begin = state.page * PAGE;
  byId("count").textContent = ui.shown(count(state.shown.length), count(events.length));
  byId("events").replaceChildren(...state.shown.slice(begin, begin + PAGE).map(listItem));
  byId("events").setAttribute("start", begin + 1);
  const go = step => () => {
    state.page += step;
    drawList();
    byId("events-title").scrollIntoView();
    (byId("events").querySelector("a") || byId("query")).focus({ preventScroll: true });
  };
  const button = (label, step, disabled) => el("button", { type: "button", disabled, onclick: go(step) }, label);
  byId("pager").replaceChildren(...pages === 1 ? [] : [button(ui.earlier, -1, state.page === 0),
    el("span", { class: "quiet" }, ui.pageOf(count(state.page + 1), count(pages))),
    button(ui.later, 1, state.page === pages - 1)]);
}

/* ----------------------------------------------------------------- the way */

let returnTo = null; /* the event last opened and how far the list was scrolled */

function showEvent(number) {
  const event = events[number], at = state.shown.indexOf(event), view = byId("event-view");
  const step = (to, label) => to ? el("a", { href: `#event-${to.number}` }, label) : null;
  if (!byId("list-view").hidden) returnTo = { scroll: window.scrollY, number };
  byId("list-view").hidden = true;
  view.hidden = false;
  view.className = "event";
  view.replaceChildren(
    el("nav", { class: "event-top", "aria-label": ui.events },
      el("a", { href: "#", class: "back" }, `← ${ui.back}`), el("span", { class: "spring" }),
      at > 0 ? step(state.shown[at - 1], ui.previousEvent) : null,
      at >= 0 ? step(state.shown[at + 1], ui.nextEvent) : null),
    ...event ? eventBody(event) : [el("h2", { tabindex: -1 }, ui.noEvent)]);
  document.title = event ? `${headline(event)} – ${byId("title").textContent}` : byId("title").textContent;
  window.scrollTo({ top: 0, behavior: "instant" });
  view.querySelector("h2").focus({ preventScroll: true });
}

function showList() {
  const wasHidden = byId("list-view").hidden;
  byId("event-view").hidden = true;
  byId("event-view").replaceChildren();
  byId("list-view").hidden = false;
  document.title = byId("title").textContent;
  if (!wasHidden || returnTo === null) return;
  drawTimes(); /* it could not be measured while it was hidden */
  window.scrollTo({ top: returnTo.scroll, behavior: "instant" });
  byId("events").querySelector(`a[href="#event-${returnTo.number}"]`)?.focus({ preventScroll: true });
}

function route() {
  const match = /^#event-(\d+)$/.exec(location.hash);
  if (match) showEvent(Number(match[1]));
  else showList();
}

/* --------------------------------------------------------------------- print */

/* On paper nothing opens: the events of the shown page of the list are printed in full, and of each event all texts,
   those that do not stand side by side below. */
function beforePrint() {
  const open = !byId("event-view").hidden, place = byId("print-view"), begin = state.page * PAGE;
  if (!open) {
    place.replaceChildren(...state.shown.slice(begin, begin + PAGE)
      .map(event => el("article", { class: "event" }, eventBody(event))));
    place.hidden = false;
  }
  for (const event of open ? [byId("event-view")] : place.children) {
    const beside = (event.querySelector("[data-shows]")?.dataset.shows || "").split(" ");
    for (const member of event.querySelectorAll("details.member")) {
      member.open = !beside.includes(member.dataset.article);
      member.dispatchEvent(new Event("toggle"));
    }
  }
}

function afterPrint() {
  byId("print-view").hidden = true;
  byId("print-view").replaceChildren();
}

/* --------------------------------------------------------------------- start */

function setTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function drawPage() {
  const dated = events.filter(event => event.first !== null);
  const low = dated.reduce((time, event) => Math.min(time, event.first), Infinity);
  const high = dated.reduce((time, event) => Math.max(time, event.last), -Infinity);
  const days = dated.length ? `${day(low)} – ${day(high)}` : "";
  byId("title").textContent = index.title || ui.events;
  byId("subtitle").textContent = ui.subtitle(count(events.length), count(index.counts.articles), days);
  byId("made").textContent = ui.made(index.made.version, index.made.started, index.made.command);
  byId("about").replaceChildren(el("dl", {}, ui.help.map(([term, text]) => [el("dt", {}, term), el("dd", {}, text)])));
  drawOverview();
  applyFilter();
  route();
}

function start() {
  const language = byId("language"), theme = byId("theme"), form = byId("filter");
  language.value = recall("language") || (navigator.language.startsWith("zh") ? "zh" : "en");
  theme.value = recall("theme") || "auto";
  if (!strings[language.value]) language.value = "en";
  translatePage(language.value);
  setTheme(theme.value);
  byId("sources").append(...index.sources.slice(0, 2000).map(source => el("option", { value: source })));
  language.addEventListener("change", () => {
    remember("language", language.value);
    translatePage(language.value);
    drawPage();
  });
  theme.addEventListener("change", () => {
    remember("theme", theme.value);
    setTheme(theme.value);
  });
  form.addEventListener("input", applyFilter);
  form.addEventListener("reset", () => setTimeout(applyFilter));
  form.addEventListener("submit", e => e.preventDefault());
  document.querySelector(".skip").addEventListener("click", e => {
    e.preventDefault();
    byId("events-title").scrollIntoView();
    byId("query").focus();
  });
  window.addEventListener("hashchange", route);
  window.addEventListener("beforeprint", beforePrint);
  window.addEventListener("afterprint", afterPrint);
  let width = window.innerWidth; /* telephones change the height alone when one scrolls */
  window.addEventListener("resize", () => {
    if (window.innerWidth === width || byId("list-view").hidden) return;
    width = window.innerWidth;
    drawTimes();
  });
  document.addEventListener("DOMContentLoaded", () => { if (!byId("event-view").hidden) route(); });
  drawPage();
  document.documentElement.dataset.ready = Math.round(performance.now()); /* ms from when the file was opened */
}

start();
