// The chart's texts: English here, translated ones in data attributes of the chart (data-text-models="...").

export const WORDS = {
  models: "Models, in training order",
  error: "Error of the judged cases",
  allCases: "all cases",
  judgedCases: "judged cases",
  criterion: "criterion",
  everyCase: "every case must pass",
  active: "active",
  introduced: "introduced",
  fixedIn: "fixed",
  alwaysThere: "there from the start",
  noError: "no error known",
  fixed: "fixed",
  failing: "failing",
  inconclusive: "inconclusive",
  unscored: "unscored",
  not_evaluated: "not evaluated",
  failed: "failed",
  of: "of",
  interval: "95 % interval",
};

/** The words, with those that the element brings in place of ours. */
export function wordsFor(element) {
  const brought = Object.entries(WORDS).map(([name, english]) => {
    const key = `text${name[0].toUpperCase()}${name.slice(1)}`;
    return [name, element.dataset[key] ?? english];
  });
  return Object.fromEntries(brought);
}

const NO_BREAK = "\u00a0";

function digits(value) {
  if (value === 0 || value === 100) return 0;
  if (value < 0.1) return 2;
  // 99.7 is not all of them, so it must not read as 100
  return value >= 99.5 || value < 9.95 ? 1 : 0;
}

/** 0.0478 as "4.8 %", whole numbers from ten on, in the page's language; the same rules as in board/figures.py. */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  const value = share * 100;
  const written = (number, places) => number.toLocaleString(document.documentElement.lang || "en", { minimumFractionDigits: places, maximumFractionDigits: places });
  if (value > 0 && value < 0.01) return `<${NO_BREAK}${written(0.01, 2)}${NO_BREAK}%`;
  if (value >= 99.95 && value < 100) return `>${NO_BREAK}${written(99.9, 1)}${NO_BREAK}%`;
  return `${written(value, digits(value))}${NO_BREAK}%`;
}
