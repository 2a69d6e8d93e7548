// A verdict is drawn as a colour and a shape; the shapes are those of src/verdicts/.

export const VERDICTS = {
  fixed: { colour: "fixed", symbol: "circle", size: 13 },
  failing: { colour: "failing", symbol: "diamond", size: 16 },
  inconclusive: { colour: "inconclusive", symbol: "triangle", size: 14 },
  unscored: { colour: "unscored", symbol: "rect", size: 11 },
  not_evaluated: { colour: "notEvaluated", symbol: "circle", size: 11, hollow: true },
};

/** How a verdict's symbol is filled: one that says nothing has a broken outline only. */
export function fill({ colour, hollow }, tones) {
  if (!hollow) return { color: tones[colour] };
  return { color: tones.surface, borderColor: tones[colour], borderWidth: 1.5, borderType: [2, 2] };
}

/** The contract gives null while a model is not evaluated on the revision. */
export const verdictOf = (model) => model.verdict ?? "not_evaluated";
