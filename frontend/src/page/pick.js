// [data-pick]: a search select. Typing filters its options and takes the first that fits; arrows choose another.

const options = (pick) => [...pick.querySelectorAll("[data-pick-options] > li")];
const fits = (option, words) => words.every((word) => option.textContent.toLowerCase().includes(word));

function choose(pick, option) {
  options(pick).forEach((each) => (each.querySelector("input").checked = each === option));
  option?.scrollIntoView({ block: "nearest" });
  const title = option?.querySelector(".pick-title")?.textContent ?? "";
  pick.querySelector("[data-pick-status]").textContent = title || (pick.querySelector("[data-pick-text]").value ? pick.dataset.textNone : "");
}

function filter(pick) {
  const words = pick.querySelector("[data-pick-text]").value.toLowerCase().split(/\s+/).filter(Boolean);
  options(pick).forEach((option) => (option.hidden = !fits(option, words)));
  const shown = options(pick).filter((option) => !option.hidden);
  pick.classList.toggle("is-empty", shown.length === 0);
  choose(pick, words.length ? shown[0] : undefined);
}

function step(pick, by) {
  const shown = options(pick).filter((option) => !option.hidden);
  const at = shown.findIndex((option) => option.querySelector("input").checked);
  choose(pick, shown[at === -1 ? (by > 0 ? 0 : shown.length - 1) : Math.min(Math.max(at + by, 0), shown.length - 1)]);
}

export function followPicks() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-pick-text]")) filter(target.closest("[data-pick]"));
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.matches?.("[data-pick-text]")) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!by) return;
    event.preventDefault();
    step(event.target.closest("[data-pick]"), by);
  });
}
