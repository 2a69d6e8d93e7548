// The regression chart: how one problem's error went over the models, from the history that the server publishes
// (GET problems/{slug}/history/). x the models in training order, y the error 0 to 1.
import { overlayLines, overlayTexts } from "./overlays.js";
import { FONT, tooltip } from "./theme.js";
import { percent, wordsFor } from "./words.js";
import { VERDICTS, fill, verdictOf } from "./verdicts.js";

const LABEL_WIDTH = 84; // pixels that a model's name takes on the axis before names are left out
const STRIP_HEIGHT = 26; // the row under the chart for models without an error
const SLANTED_WIDTH = 18; // the same when names are slanted
const SLANTED_HEIGHT = 40; // pixels more that slanted names take under the chart
const NARROW = 520; // below this width in pixels the legend takes two lines
const MARGIN = { top: 34, right: 18, bottom: 62, left: 64 };

// the same sides for both grids, whatever their labels are, so that a model stands under itself
const SIDES = { left: MARGIN.left, right: MARGIN.right, outerBoundsMode: "none" };

const known = (value) => value !== null && value !== undefined;

function whiskers(models, tones) {
  return {
    type: "custom",
    silent: true,
    z: 2,
    data: models.map(({ judged_interval: interval }, index) => (interval ? [index, ...interval] : [index, NaN, NaN])),
    encode: { x: 0, y: [1, 2] },
    renderItem: (_, api) => {
      if (Number.isNaN(api.value(1))) return null;
      const [x, low] = api.coord([api.value(0), api.value(1)]);
      const [, high] = api.coord([api.value(0), api.value(2)]);
      const style = { stroke: tones[VERDICTS[verdictOf(models[api.value(0)])].colour], lineWidth: 1.5, opacity: 0.75 };
      const bar = (y) => ({ type: "line", style, shape: { x1: x - 5, x2: x + 5, y1: y, y2: y } });
      const stem = { type: "line", style, shape: { x1: x, x2: x, y1: low, y2: high } };
      return { type: "group", children: [stem, bar(low), bar(high)] };
    },
  };
}

function points(models, tones, valueOf) {
  return models.map((model, index) => {
    const look = VERDICTS[verdictOf(model)];
    return { value: [index, valueOf(model)], symbol: look.symbol, symbolSize: look.size, itemStyle: fill(look, tones) };
  });
}

function judgedLine(models, tones, words) {
  return {
    name: words.judgedCases,
    type: "line",
    z: 3,
    connectNulls: false,
    showAllSymbol: true,
    lineStyle: { color: tones.text, width: 1.5, opacity: 0.55 },
    itemStyle: { color: tones.text },
    emphasis: { scale: 1.25 },
    data: points(models, tones, (model) => (known(model.judged_error) ? model.judged_error : null)),
  };
}

function allCasesLine(models, tones, words) {
  return {
    name: words.allCases,
    type: "line",
    z: 1,
    symbol: "circle",
    symbolSize: 3,
    showAllSymbol: true,
    lineStyle: { color: tones.muted, width: 1, type: [4, 4], opacity: 0.8 },
    itemStyle: { color: tones.muted, opacity: 0.8 },
    data: models.map((model, index) => [index, known(model.error) ? model.error : null]),
  };
}

/** A line at the criterion. Its name stands in the legend, where no point can lie over it. */
function criterionLine(criterion, tones, words) {
  const bound = criterion?.rule === "bound";
  const style = { color: tones.accent, type: [6, 4], width: 1.25 };
  return {
    name: bound ? `${words.criterion} ≤ ${percent(criterion.max_error)}` : words.everyCase,
    type: "line",
    symbol: "none",
    data: [],
    lineStyle: style,
    itemStyle: { color: tones.accent },
    markLine: {
      symbol: "none",
      silent: true,
      animation: false,
      lineStyle: style,
      label: { show: false },
      data: [{ yAxis: bound ? criterion.max_error : 0 }],
    },
  };
}

/** A change lies between two models: after the one and by the other. */
function rangeArea(range, models, tones, { tone, word, distance }, words) {
  if (!range) return [];
  const place = (version) => models.findIndex((model) => model.version === version);
  const by = place(range.by);
  if (by === -1) return [];
  const after = range.after === null ? -1 : place(range.after);
  const start = after === -1 ? { x: MARGIN.left } : { xAxis: after };
  const name = range.after === null ? words.alwaysThere : word;
  // at the left edge a centred word would lie over the axis, and the errors of what was always there over one at the top
  const position = after === -1 ? "insideBottomLeft" : "insideTop";
  const label = { color: tones[tone], fontFamily: FONT, fontSize: 11, fontWeight: 600, position, distance };
  return [[{ name, ...start, itemStyle: { color: tones[tone], opacity: 0.12 }, label }, { xAxis: by }]];
}

function changes(history, tones, words, width) {
  const introduced = { tone: "failing", word: words.introduced, distance: 4 };
  // side by side in a narrow chart their words would meet
  const fixed = { tone: "fixed", word: words.fixedIn, distance: width < NARROW ? 18 : 4 };
  return {
    silent: true,
    data: [
      ...rangeArea(history.introduced_in, history.models, tones, introduced, words),
      ...rangeArea(history.fixed_in, history.models, tones, fixed, words),
    ],
  };
}

function hoverText(model, words, overlaid) {
  const verdict = verdictOf(model);
  const active = model.stage === "active" ? ` (${words.active})` : "";
  const lines = [`${model.version}${active}`, words[verdict]];
  if (known(model.judged_error)) {
    const [low, high] = model.judged_interval ?? [];
    lines.push(`${words.judgedCases}: ${model.n_judged_failed} ${words.of} ${model.n_judged} ${words.failed}, ${percent(model.judged_error)}`);
    if (known(low)) lines.push(`${words.interval}: ${percent(low)} – ${percent(high)}`);
  }
  if (known(model.error)) lines.push(`${words.allCases}: ${model.n_failed} ${words.of} ${model.n_scored} ${words.failed}, ${percent(model.error)}`);
  return [...lines, ...overlaid].join("\n");
}

/** Whether the models' names have room only when they are slanted. */
function isSlanted(models, width) {
  const room = width - MARGIN.left - MARGIN.right;
  return models.length * LABEL_WIDTH > room && models.length * SLANTED_WIDTH <= room;
}

function nameAxis(models, tones, words, width) {
  const slanted = isSlanted(models, width);
  const step = slanted ? 1 : Math.max(1, Math.ceil((models.length * LABEL_WIDTH) / Math.max(1, width - MARGIN.left - MARGIN.right)));
  const isActive = (index) => models[index].stage === "active";
  const activeAt = models.findIndex((_, index) => isActive(index));
  // names next to the active one give way to it
  const shown = (index) => isActive(index) || (index % step === 0 && (step === 1 || activeAt === -1 || Math.abs(index - activeAt) >= step));
  return {
    type: "category",
    data: models.map((model) => model.version),
    axisTick: { show: false },
    axisLine: { lineStyle: { color: tones.line } },
    axisLabel: {
      interval: shown,
      rotate: slanted ? 50 : 0,
      color: tones.muted,
      fontFamily: FONT,
      fontSize: 11,
      lineHeight: 15,
      width: slanted ? LABEL_WIDTH + 12 : LABEL_WIDTH - 6,
      overflow: "truncate",
      formatter: (name, index) => (isActive(index) ? `{name|${name}}${slanted ? " " : "\n"}{mark|${words.active}}` : name),
      rich: {
        name: { color: tones.accent, fontWeight: 600, fontSize: 11, lineHeight: 15 },
        mark: { color: tones.accent, fontSize: 10, lineHeight: 13 },
      },
    },
  };
}

function valueAxis(tones, words) {
  return {
    type: "value",
    min: 0,
    max: 1,
    interval: 0.25,
    name: words.error,
    nameLocation: "middle",
    nameGap: 44,
    nameTextStyle: { color: tones.muted, fontFamily: FONT, fontSize: 11 },
    axisLabel: { color: tones.muted, fontFamily: FONT, fontSize: 11, formatter: (value) => `${Math.round(value * 100)} %` },
    splitLine: { lineStyle: { color: tones.line } },
  };
}

/** A row under the chart for the models that have no error: missing is neither zero nor one. */
function missingStrip(models, tones, words, bottom) {
  return {
    grid: { ...SIDES, bottom, height: STRIP_HEIGHT },
    xAxis: { gridIndex: 1 },
    yAxis: { gridIndex: 1, type: "category", data: [words.noError], axisLabel: { show: false }, axisLine: { show: false }, axisTick: { show: false } },
    series: {
      type: "scatter",
      xAxisIndex: 1,
      yAxisIndex: 1,
      data: points(models, tones, () => 0).filter(({ value: [index] }) => !known(models[index].judged_error)),
    },
  };
}

/** The ECharts option for one history. */
export function regression(history, { element, colours: tones, width }) {
  const words = wordsFor(element);
  const { models, overlays = [] } = history;
  const slant = isSlanted(models, width) ? SLANTED_HEIGHT : 0;
  const bottom = MARGIN.bottom + slant;
  const strip = models.some((model) => !known(model.judged_error)) ? missingStrip(models, tones, words, bottom) : null;
  const names = nameAxis(models, tones, words, width);
  const axisName = { name: words.models, nameLocation: "middle", nameGap: 36 + slant * 0.75, nameTextStyle: { color: tones.muted, fontFamily: FONT, fontSize: 11 } };
  const judged = { ...judgedLine(models, tones, words), markArea: changes(history, tones, words, width) };
  const criterion = criterionLine(history.criterion, tones, words);
  const main = { ...SIDES, top: width < NARROW ? MARGIN.top + 18 : MARGIN.top, bottom: bottom + (strip ? STRIP_HEIGHT + 6 : 0) };
  return {
    animation: false,
    aria: { enabled: false }, // the element's own aria-label and the table beside it say it better
    textStyle: { fontFamily: FONT },
    grid: strip ? [main, strip.grid] : [main],
    legend: { top: 0, right: MARGIN.right, itemWidth: 22, itemHeight: 7, itemGap: 14, textStyle: { color: tones.muted, fontSize: 11 }, data: [words.judgedCases, words.allCases, criterion.name] },
    tooltip: {
      ...tooltip(tones),
      trigger: "axis",
      axisPointer: { type: "line", lineStyle: { color: tones.faint }, link: [{ xAxisIndex: "all" }] },
      formatter: ([first]) => hoverText(models[first.dataIndex], words, overlayTexts(overlays, first.dataIndex, words)),
    },
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    xAxis: strip
      ? [{ ...names, axisLabel: { show: false } }, { ...names, ...strip.xAxis, ...axisName, axisLine: { show: false } }]
      : [{ ...names, ...axisName }],
    yAxis: strip ? [valueAxis(tones, words), strip.yAxis] : [valueAxis(tones, words)],
    series: [allCasesLine(models, tones, words), ...overlayLines(overlays, tones), criterion, whiskers(models, tones), judged, ...(strip ? [strip.series] : [])],
  };
}
