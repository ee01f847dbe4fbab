/* Charts, drawn as wide as they may be. */
const key = entries => el("p", { class: "key" }, entries.map(([kind, label]) => el("span", {}, el("i", { class: kind }), label)));

/* Rows of a label, a stacked bar and a number. parts: [[class, value], ...] */
function barRows(rows) {
  const most = Math.max(1, ...rows.map(row => row.total));
  return el("div", { class: "bars" }, rows.map(row => el("div", {}, el("span", { dir: "auto", title: row.label }, row.label),
    el("span", { class: "track" }, row.parts.map(([kind, value]) => {
      const part = el("i", { class: kind });
      part.style.width = `${100 * value / most}%`;
      return part;
    })), el("span", {}, count(row.total)))));
}

/* Stacked columns; label(i) is told to whoever points at one. */
function columns(stacks, height, label) {
  const width = 300, most = Math.max(1, ...stacks.map(stack => stack.reduce((a, b) => a + b[1], 0))), step = width / stacks.length;
  const svg = el("svg", { viewBox: `0 0 ${width} ${height + 16}`, role: "img" });
  stacks.forEach((stack, i) => {
    let y = height;
    for (const [kind, value] of stack) {
      const tall = value / most * (height - 4);
      y -= tall;
      const box = { class: kind, x: i * step + 1, y, width: Math.max(1, step - 2), height: tall };
      if (value > 0) svg.append(el("rect", box, svgTitle(label(i))));
    }
  });
  svg.append(el("line", { class: "axis", x1: 0, x2: width, y1: height, y2: height }));
  return svg;
}

function drawProbabilities(into) {
  const kinds = ["both", "zh", "en"], bars = index.probabilities, n = bars[0].length;
  const from = Math.min(n - 1, Math.floor(index.made.threshold * n));
  const stacks = Array.from({ length: n - from }, (_, i) => kinds.map((kind, k) => [kind, bars[k][from + i]]));
  const edge = i => Math.round(100 * (from + i) / n);
  const label = i => `${edge(i)}–${edge(i + 1)} %: ${count(stacks[i].reduce((sum, part) => sum + part[1], 0))}`;
  const svg = columns(stacks, 90, label);
  svg.setAttribute("aria-label", stacks.map((_, i) => label(i)).join("; "));
  svg.append(el("text", { x: 0, y: 104 }, `${edge(0)} %`),
    el("text", { x: 300, y: 104, "text-anchor": "end" }, "100 %"));
  into.replaceChildren(svg, key([["both", ui.zhEn], ["zh", ui.zhZh], ["en", ui.enEn]]));
}

function drawFirst(into) {
  const tally = { zh: 0, en: 0, same: 0, unknown: 0 };
  for (const event of events) if (event.zh && event.en) tally[firstReport(event)]++;
  const label = { zh: ui.zhFirst, en: ui.enFirst, same: ui.sameTime, unknown: ui.unknownTime };
  const rows = Object.keys(tally).filter(name => name !== "unknown" || tally[name] > 0)
    .map(name => ({ label: label[name], total: tally[name], parts: [[name in { zh: 1, en: 1 } ? name : "other", tally[name]]] }));
  into.replaceChildren(barRows(rows));
}

function drawOutlets(into) {
  const tally = index.sources.map((label, i) => ({ i, label, total: 0, zh: 0, en: 0, other: 0 }));
  for (const event of events) for (const article of event.articles) if (article.source >= 0) {
    tally[article.source].total++;
    tally[article.source][article.lang]++;
  }
  const rows = tally.sort((a, b) => b.total - a.total || a.i - b.i).slice(0, 8)
    .map(row => ({ ...row, parts: [["zh", row.zh], ["en", row.en], ["other", row.other]] }));
  into.replaceChildren(rows.length ? barRows(rows) : el("p", { class: "quiet" }, ui.none));
}

/* ------------------------------------------------------------------ timeline */

const DAY = 86400;

/* Days, weeks, months or years: the shortest of which no more than `most` are needed. Each: [begin, end, name]. */
function timeSlots(first, last, most) {
  const monday = time => (Math.floor((time / DAY + 3) / 7) * 7 - 3) * DAY;
  const begin = Math.floor(first / DAY) * DAY, days = Math.floor((last - begin) / DAY) + 1, slots = [];
  const width = days <= most ? 1 : days / 7 <= most - 1 ? 7 : 0;
  if (width) {
    for (let at = width === 7 ? monday(begin) : begin; at <= last; at += width * DAY)
      slots.push([at, at + width * DAY, width === 7 ? `${day(at)} – ${day(at + 6 * DAY)}` : day(at)]);
    return slots;
  }
  const start = new Date(begin * 1000), years = days / 31 > most;
  for (let y = start.getUTCFullYear(), m = years ? 0 : start.getUTCMonth(); ; years ? y++ : m++) {
    const at = Date.UTC(y, m) / 1000, end = Date.UTC(years ? y + 1 : y, years ? 0 : m + 1) / 1000;
    if (at > last) return slots;
    slots.push([at, end, day(at).slice(0, years ? 4 : 7)]);
  }
}

/* choose([begin, end]) when a bar is chosen, choose(null) when it is given up. */
function drawTimeline(into, shown, all, chosen, choose) {
  const dated = all.filter(event => event.first !== null);
  if (dated.length === 0) {
    into.replaceChildren(el("p", { class: "quiet" }, ui.noDates));
    return;
  }
  const width = Math.max(280, into.clientWidth), height = 120;
  let [low, high] = [dated[0].first, dated[0].first];
  for (const event of dated) [low, high] = [Math.min(low, event.first), Math.max(high, event.first)];
  const slots = timeSlots(low, high, Math.min(92, Math.floor(width / 11)));
  const bars = slots.map(() => ({ zh: 0, en: 0, both: 0, total: 0 }));
  for (const event of shown) {
    if (event.first === null) continue;
    let at = 0, end = slots.length - 1;
    while (at < end) {
      const middle = (at + end + 1) >> 1;
      if (slots[middle][0] <= event.first) at = middle; else end = middle - 1;
    }
    bars[at][event.zh && event.en ? "both" : event.zh ? "zh" : "en"]++;
    bars[at].total++;
  }
  const most = Math.max(1, ...bars.map(bar => bar.total)), step = width / slots.length, groups = [];
  const svg = el("svg", { viewBox: `0 0 ${width} ${height + 22}`, width, height: height + 22 });
  svg.append(el("text", { x: 0, y: 9 }, count(most)), el("line", { class: "axis", x1: 0, x2: width, y1: height, y2: height }));
  slots.forEach(([begin, end, name], i) => {
    const pressed = chosen !== null && begin >= chosen[0] && end <= chosen[1];
    const label = ui.barLabel(name, count(bars[i].total));
    const pick = () => choose(pressed ? null : [begin, end], i);
    const group = el("g", { role: "button", tabindex: -1, "aria-label": label, "aria-pressed": String(pressed), onclick: pick,
      onkeydown: e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); pick(); } } }, svgTitle(label));
    let y = height;
    for (const kind of ["both", "zh", "en"]) {
      const tall = bars[i][kind] / most * (height - 16);
      y -= tall;
      const wide = Math.max(1, Math.min(28, step - 1));
      if (tall > 0) group.append(el("rect", { class: kind, x: i * step + .5, y, width: wide, height: tall }));
    }
    group.append(el("rect", { class: "hit", x: i * step, y: 0, width: step, height: height }));
    groups.push(group);
  });
  svg.append(...groups, ...axisLabels(slots, step, width, height));
  rove(groups, Math.max(0, slots.findIndex(([begin]) => chosen !== null && begin >= chosen[0])));
  into.replaceChildren(svg, key([["both", ui.bothLanguages], ["zh", ui.onlyZh], ["en", ui.onlyEn]]));
}

function axisLabels(slots, step, width, height) {
  const every = Math.ceil(90 / step), labels = [];
  for (let i = 0; i < slots.length; i += every)
    if (i === 0 || i * step + 70 < width) labels.push(el("text", { x: i * step, y: height + 16 }, slots[i][2].slice(0, 10)));
  return labels;
}

/* One tab stop for a row of controls; arrow keys, Home and End go along it. */
function rove(controls, at) {
  controls[at].setAttribute("tabindex", 0);
  controls.forEach((control, i) => control.addEventListener("keydown", e => {
    const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: controls.length - 1 }[e.key];
    if (to === undefined || !controls[to]) return;
    e.preventDefault();
    control.setAttribute("tabindex", -1);
    controls[to].setAttribute("tabindex", 0);
    controls[to].focus();
  }));
}

/* What stands at both ends of a stretch of time: days, or times within one. */
const ends = (low, high) => {
  if (low === high) return [day(low), ""];
  return day(low) === day(high) ? [minute(low), minute(high)] : [day(low), day(high)];
};

/* An event's articles as dots between two times. */
function dots(event, low, high, width, height) {
  const svg = el("svg", { class: "dots", viewBox: `0 0 ${width} ${height}`, width, height, role: "img",
    "aria-label": event.articles.map(article => `${when(article)} ${sourceName(article)}`).slice(0, 30).join("; ") });
  const x = time => 8 + (width - 16) * (high > low ? (time - low) / (high - low) : .5), middle = height > 30 ? 14 : height / 2;
  if (event.first !== null) svg.append(el("line", { x1: x(event.first), x2: x(event.last), y1: middle, y2: middle }));
  for (const article of event.articles) {
    if (article.time === null) continue;
    const title = svgTitle(`${when(article)} · ${sourceName(article)} · ${article.title}`);
    svg.append(el("circle", { class: article.lang, cx: x(article.time), cy: middle, r: 6 }, title));
  }
  if (height > 30) {
    const [first, last] = ends(low, high);
    svg.append(el("text", { x: 2, y: height - 4 }, first),
      el("text", { x: width - 2, y: height - 4, "text-anchor": "end" }, last));
  }
  return svg;
}

function drawLanes(into, shown) {
  const largest = shown.filter(event => event.first !== null)
    .sort((a, b) => b.articles.length - a.articles.length || a.number - b.number).slice(0, 12)
    .sort((a, b) => a.first - b.first || a.number - b.number);
  const low = Math.min(...largest.map(event => event.first)), high = Math.max(...largest.map(event => event.last));
  const width = Math.max(200, into.clientWidth > 700 ? into.clientWidth - 432 : into.clientWidth);
  into.replaceChildren(...largest.map(event => el("li", {}, eventLink(event), dots(event, low, high, width, 26))));
  if (largest.length === 0) return;
  into.append(el("li", { class: "ends quiet", "aria-hidden": "true" }, el("span", {}),
    el("span", {}, ends(low, high).map(end => el("span", {}, end)))));
}
