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

/** 0.0478 as "4.8 %"; whole numbers from ten on. */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  const value = share * 100;
  return `${value === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} %`;
}
