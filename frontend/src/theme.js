// Loaded before the first paint, alone, so that a dark system never flashes white. Without scripts: light.
const dark = window.matchMedia("(prefers-color-scheme: dark)");

function follow() {
  document.documentElement.dataset.bsTheme = dark.matches ? "dark" : "light";
  document.dispatchEvent(new CustomEvent("tracker:theme"));
}

follow();
dark.addEventListener("change", follow);
document.documentElement.classList.add("has-scripts");
