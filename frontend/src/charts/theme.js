// The colours of the page, for charts: read from the CSS variables, so that there is one place that names them.

const NAMES = {
  text: "--ink",
  muted: "--ink-muted",
  faint: "--ink-faint",
  line: "--line",
  surface: "--surface",
  accent: "--accent",
  fixed: "--verdict-fixed",
  failing: "--verdict-failing",
  inconclusive: "--verdict-inconclusive",
  unscored: "--verdict-unscored",
  notEvaluated: "--verdict-not-evaluated",
  overlay1: "--overlay-1",
  overlay2: "--overlay-2",
  overlay3: "--overlay-3",
  overlay4: "--overlay-4",
  overlay5: "--overlay-5",
};

/** Colours by name, as the element sees them now. */
export function colours(element) {
  const style = getComputedStyle(element);
  return Object.fromEntries(Object.entries(NAMES).map(([name, variable]) => [name, style.getPropertyValue(variable).trim()]));
}

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/** What every tooltip has: plain text drawn by the chart itself, since a strict policy allows no inline style. */
export function tooltip(tones) {
  return {
    renderMode: "richText",
    backgroundColor: tones.surface,
    borderColor: tones.line,
    borderWidth: 1,
    padding: [8, 10],
    textStyle: { color: tones.text, fontFamily: FONT, fontSize: 12, lineHeight: 18 },
  };
}
