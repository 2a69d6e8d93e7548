// Builds the pages' CSS, scripts and icons into the folder given as the first argument.
// Run by scripts/build_frontend.py, which installs what this needs and puts the result in its place.
import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2];
if (!out) throw new Error("usage: node frontend/build.mjs FOLDER");

/** Tabler's CSS names a source map that is not shipped; a manifest storage would look for it and stop. */
const withoutSourceMaps = {
  name: "without-source-maps",
  setup(bundle) {
    bundle.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const css = await readFile(path, "utf8");
      return { contents: css.replaceAll(/\/\*#\s*sourceMappingURL=.*?\*\//g, ""), loader: "css" };
    });
  },
};

await build({
  absWorkingDir: here,
  entryPoints: [
    { in: "src/theme.js", out: "theme" },
    { in: "src/tracker.js", out: "tracker" },
    { in: "src/board.js", out: "board" },
    { in: "src/charts.js", out: "charts" },
    { in: "src/styles/tracker.css", out: "tracker" },
  ],
  entryNames: "[name]",
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  // light-dark(), oklch and cascade layers stand in Tabler's CSS: browsers of 2024 and later.
  target: ["chrome123", "firefox120", "safari17.5"],
  legalComments: "external",
  logLevel: "warning",
  plugins: [withoutSourceMaps],
});

/** One <symbol> out of one SVG drawing; its id is the name that pages ask for. */
function symbol(id, svg) {
  const [, attributes, body] = svg.match(/<svg([^>]*)>([\s\S]*?)<\/svg>/);
  const kept = [...attributes.matchAll(/([\w-]+)="([^"]*)"/g)].filter(([, name]) =>
    ["viewBox", "fill", "stroke", "stroke-linecap", "stroke-linejoin"].includes(name),
  );
  // Tabler draws an invisible square first; the stroke's width is left to the page's CSS
  const drawing = body.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").replaceAll(/\s*\n\s*/g, "");
  return `<symbol id="${id}" ${kept.map(([text]) => text).join(" ")}>${drawing}</symbol>`;
}

const { icons, verdicts } = JSON.parse(await readFile(join(here, "src/icons.json"), "utf8"));
const iconFolder = join(here, "../node_modules/@tabler/icons/icons/outline");
const symbols = await Promise.all([
  ...Object.entries(icons).map(async ([name, file]) =>
    symbol(`icon-${name}`, await readFile(join(iconFolder, `${file}.svg`), "utf8")),
  ),
  ...verdicts.map(async (name) => symbol(`verdict-${name}`, await readFile(join(here, `src/verdicts/${name}.svg`), "utf8"))),
]);
await mkdir(out, { recursive: true });
await writeFile(join(out, "sprite.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
