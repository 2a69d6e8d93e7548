// The error of each problem under two models: a hollow mark for the one, a full mark for the other, joined. The full mark
// says by colour and shape whether the difference is proven.
import { FONT, tooltip } from "./theme.js";
import { percent, wordsFor } from "./words.js";

const ROW_HEIGHT = 24;
const MARGIN = { top: 34, right: 22, bottom: 46 };
const LABELS = { narrow: 116, least: 200, most: 380, share: 0.3 }; // pixels; share of the width between both ends
const NARROW = 640;
const LEGEND = { narrow: 16, wide: 48 }; // characters of a version

const shortened = (text, most) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

const LOOKS = {
  improved: { tone: "fixed", symbol: "circle", size: 13 },
  worse: { tone: "failing", symbol: "diamond", size: 16 },
  unproven: { tone: "muted", symbol: "rect", size: 9 },
};

/** How high the chart is: as high as its rows need. */
export const dumbbellHeight = ({ problems }) => MARGIN.top + MARGIN.bottom + ROW_HEIGHT * Math.max(problems.length, 2);

function joints(problems, tones) {
  return {
    type: "custom",
    silent: true,
    z: 1,
    data: problems.map(({ base, head }, index) => [index, base, head]),
    encode: { y: 0, x: [1, 2] },
    renderItem: (_, api) => {
      const [x1, y] = api.coord([api.value(1), api.value(0)]);
      const [x2] = api.coord([api.value(2), api.value(0)]);
      const { change } = problems[api.value(0)];
      return { type: "line", shape: { x1, y1: y, x2, y2: y }, style: { stroke: tones[LOOKS[change].tone], lineWidth: 2, opacity: 0.55 } };
    },
  };
}

function bases(name, problems, tones) {
  return {
    name,
    type: "scatter",
    z: 2,
    symbol: "circle",
    symbolSize: 9,
    itemStyle: { color: tones.surface, borderColor: tones.text, borderWidth: 1.5 },
    data: problems.map(({ base }, index) => [base, index]),
  };
}

function heads(name, problems, tones) {
  return {
    name,
    type: "scatter",
    z: 3,
    symbol: "circle",
    itemStyle: { color: tones.text },
    data: problems.map(({ head, change }, index) => {
      const { tone, symbol, size } = LOOKS[change];
      return { value: [head, index], symbol, symbolSize: size, itemStyle: { color: tones[tone] } };
    }),
  };
}

/** The ECharts option for all problems of a comparison. */
export function dumbbell({ base, head, problems }, { element, colours: tones, width }) {
  const words = wordsFor(element);
  const labels = width < NARROW ? LABELS.narrow : Math.min(LABELS.most, Math.max(LABELS.least, width * LABELS.share));
  const hover = ({ name, base: before, head: after, word, p }) => [name, `${base}: ${percent(before)}`, `${head}: ${percent(after)}`, [word, p].filter(Boolean).join(", ")].join("\n");
  const small = { color: tones.muted, fontFamily: FONT, fontSize: 11 };
  return {
    animation: false,
    aria: { enabled: false }, // the element's own aria-label and the table beside it say it better
    textStyle: { fontFamily: FONT },
    grid: { ...MARGIN, left: labels + 12, outerBoundsMode: "none" },
    legend: { top: 0, right: MARGIN.right, itemWidth: 12, itemHeight: 9, textStyle: small, data: [base, head], formatter: (version) => shortened(version, width < NARROW ? LEGEND.narrow : LEGEND.wide) },
    tooltip: { ...tooltip(tones), trigger: "item", formatter: ({ dataIndex }) => hover(problems[dataIndex]) },
    xAxis: {
      type: "value",
      min: 0,
      max: 1,
      interval: 0.25,
      name: words.error,
      nameLocation: "middle",
      nameGap: 28,
      nameTextStyle: small,
      axisLabel: { ...small, formatter: (value) => `${Math.round(value * 100)} %` },
      splitLine: { lineStyle: { color: tones.line } },
    },
    yAxis: {
      type: "category",
      inverse: true,
      data: problems.map(({ name }) => name),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: tones.line } },
      axisLabel: { ...small, interval: 0, margin: 14, width: labels - 6, overflow: "truncate" },
    },
    series: [joints(problems, tones), bases(base, problems, tones), heads(head, problems, tones)],
  };
}
