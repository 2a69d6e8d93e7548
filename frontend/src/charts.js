// On pages with charts only. data-chart-overlays names a script with what is laid over. An element [data-chart="regression"] is drawn from the JSON at data-chart-url, or from the
// <script type="application/json"> whose id data-chart-data gives. Charts take numbers that the server worked out.
import { dumbbell, dumbbellHeight } from "./charts/dumbbell.js";
import { echarts } from "./charts/echarts.js";
import { regression } from "./charts/regression.js";
import { colours } from "./charts/theme.js";
import { waterfall } from "./charts/waterfall.js";

/** @type {Record<string, (numbers: object, place: {element: HTMLElement, colours: object, width: number}) => object>} */
const KINDS = { dumbbell, regression, waterfall };

/** Charts as high as what they show, in pixels; the others are as high as the page makes them. */
const HEIGHTS = { dumbbell: dumbbellHeight };

const drawn = new Map();

const written = (id) => JSON.parse(document.getElementById(id).textContent);

async function numbersFor(element) {
  const { chartData, chartOverlays, chartUrl } = element.dataset;
  if (chartData && !chartOverlays) return written(chartData);
  if (chartData) return { ...written(chartData), overlays: written(chartOverlays) };
  const answer = await fetch(chartUrl, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The chart's numbers could not be read: ${answer.status}`);
  return answer.json();
}

function paint(element) {
  const entry = drawn.get(element);
  if (!entry?.numbers || element.clientWidth === 0) return;
  const place = { element, colours: colours(element), width: element.clientWidth };
  entry.chart.setOption(KINDS[element.dataset.chart](entry.numbers, place), { notMerge: true });
}

async function load(element) {
  const entry = drawn.get(element);
  try {
    entry.numbers = await numbersFor(element);
    const height = HEIGHTS[element.dataset.chart];
    if (height) element.style.height = `${height(entry.numbers)}px`;
    element.classList.remove("is-broken");
    paint(element);
  } catch {
    // the table beside the chart has the same numbers
    element.classList.add("is-broken");
  }
}

function draw(element) {
  if (drawn.has(element)) return;
  const chart = echarts.init(element, null, { renderer: "svg" });
  const resized = new ResizeObserver(() => {
    chart.resize();
    paint(element);
  });
  drawn.set(element, { chart, resized, numbers: null });
  load(element).then(() => resized.observe(element));
}

function forget(element) {
  const entry = drawn.get(element);
  if (!entry) return;
  entry.resized.disconnect();
  entry.chart.dispose();
  drawn.delete(element);
}

const within = (root) => [...(root.matches?.("[data-chart]") ? [root] : []), ...root.querySelectorAll("[data-chart]")];

within(document).forEach(draw);
document.addEventListener("htmx:load", ({ target }) => within(target).forEach(draw));
document.addEventListener("htmx:beforeCleanupElement", ({ target }) => forget(target));
document.addEventListener("tracker:theme", () => [...drawn.keys()].forEach(paint));
// the server says so when a run ends (HX-Trigger: results-changed)
document.addEventListener("results-changed", () => [...drawn.keys()].filter((element) => element.dataset.chartUrl).forEach(load));
