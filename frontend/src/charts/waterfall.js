// What moved a score, step by step: the score then, what each factor did to it, the score now. Where outputs are unknown
// a step has a low and a high end; the bar stands at their middle and a whisker reaches to both.
import { FONT } from "./theme.js";

const MARGIN = { top: 24, right: 12, bottom: 46, left: 52 };
const BROADEST = 72; // pixels that a bar takes at most
const NARROW = 420; // below this width in pixels labels are small

const isScore = ({ kind }) => kind === "then" || kind === "now";
const middle = ({ low, high }) => (low + high) / 2;

/** Where each step begins and ends, and where its whisker does. */
function placed(steps) {
  let level = 0;
  return steps.map((step) => {
    const from = isScore(step) ? null : level;
    const base = from ?? 0;
    level = base + middle(step);
    return { ...step, from, to: level, least: base + step.low, most: base + step.high };
  });
}

function axis(places, tones) {
  const levels = places.flatMap(({ from, to, least, most }) => [from ?? to, to, least, most]);
  const min = Math.max(0, Math.floor((Math.min(...levels) - 0.06) * 10) / 10);
  const max = Math.min(1, Math.ceil((Math.max(...levels) + 0.03) * 10) / 10);
  return {
    type: "value",
    min,
    max,
    interval: max - min > 0.25 ? 0.1 : 0.05, // both ends are tenths: else the last two labels stand on each other
    axisLabel: { color: tones.muted, fontFamily: FONT, fontSize: 11, formatter: (value) => `${Math.round(value * 100)} %` },
    splitLine: { lineStyle: { color: tones.line } },
  };
}

function toneOf(place, tones) {
  if (isScore(place) || Math.abs(middle(place)) < 0.00005) return tones.muted;
  return middle(place) < 0 ? tones.failing : tones.fixed;
}

function bars(places, min, tones, width) {
  return {
    type: "custom",
    silent: true,
    data: places.map((place, index) => [index, place.to]),
    renderItem: (_, api) => {
      const place = places[api.value(0)];
      const at = (value) => api.coord([api.value(0), value]);
      const [x, top] = at(Math.max(place.from ?? min, place.to));
      const [, bottom] = at(Math.min(place.from ?? min, place.to));
      const breadth = Math.min(BROADEST, api.size([1, 0])[0] * 0.6);
      const tone = toneOf(place, tones);
      const rect = {
        type: "rect",
        shape: { x: x - breadth / 2, y: top, width: breadth, height: Math.max(2, bottom - top) },
        style: { fill: tone, opacity: isScore(place) ? 0.55 : 0.85 },
      };
      const next = places[api.value(0) + 1];
      const step = api.size([1, 0])[0];
      const level = at(place.to)[1];
      const joint = next && {
        type: "line",
        shape: { x1: x + breadth / 2, x2: x + step - breadth / 2, y1: level, y2: level },
        style: { stroke: tones.faint, lineWidth: 1, lineDash: [3, 3] },
      };
      const [, low] = at(place.least);
      const [, high] = at(place.most);
      const line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style: { stroke: tones.text, lineWidth: 1.5 } });
      const whisker = place.low === place.high ? [] : [line(x, low, x, high), line(x - 6, low, x + 6, low), line(x - 6, high, x + 6, high)];
      const label = {
        type: "text",
        style: {
          text: width < NARROW && place.low === place.high ? place.words.split(" ")[0] : place.words.replace(" – ", "\n– "),
          x,
          y: Math.min(top, high) - 5,
          fill: tones.text,
          font: `600 ${width < NARROW ? 10 : 11}px ${FONT}`,
          textAlign: "center",
          textVerticalAlign: "bottom",
        },
      };
      return { type: "group", children: [rect, ...(joint ? [joint] : []), ...whisker, label] };
    },
  };
}

/** The ECharts option for the steps of one change. */
export function waterfall(steps, { colours: tones, width }) {
  const places = placed(steps);
  const values = axis(places, tones);
  return {
    animation: false,
    aria: { enabled: false }, // the element's own aria-label and the table beside it say it better
    textStyle: { fontFamily: FONT },
    grid: { ...MARGIN, top: width < NARROW ? MARGIN.top + 10 : MARGIN.top },
    xAxis: {
      type: "category",
      data: places.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: tones.line } },
      axisLabel: {
        interval: 0,
        color: tones.muted,
        fontFamily: FONT,
        fontSize: width >= NARROW ? 11 : places.length > 3 ? 9 : 10,
        lineHeight: 14,
        width: (width - MARGIN.left - MARGIN.right) / places.length - 4,
        overflow: "break",
      },
    },
    yAxis: values,
    series: [bars(places, values.min, tones, width)],
  };
}
