// Other problems laid over the regression chart. What each line looks like comes with its numbers, so that the chart and
// the list under it agree.
import { percent } from "./words.js";

export function overlayLines(overlays, tones) {
  return overlays.map(({ name, look, errors }) => {
    const colour = tones[`overlay${look.number}`];
    return {
      name,
      type: "line",
      z: 2,
      connectNulls: false,
      showAllSymbol: true,
      symbol: `path://${look.shape}`,
      symbolSize: 8,
      lineStyle: { color: colour, width: 1.25, type: look.dash },
      itemStyle: { color: tones.surface, borderColor: colour, borderWidth: 1.5 },
      data: errors.map((error, index) => [index, error ?? null]),
    };
  });
}

/** One line of the tooltip per problem that has an error under the model. */
export function overlayTexts(overlays, index, words) {
  return overlays
    .filter(({ errors }) => errors[index] !== null)
    .map(({ name, errors, failed, judged }) => {
      const short = name.length > 40 ? `${name.slice(0, 39)}…` : name;
      return `${short}: ${failed[index]} ${words.of} ${judged[index]} ${words.failed}, ${percent(errors[index])}`;
    });
}
