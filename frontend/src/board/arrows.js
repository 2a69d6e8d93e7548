// Arrows on a card or a row: up and down within the list, left and right to the column beside, at about the same height.
import { current, goTo, items } from "../page/keys.js";

const columnOf = (element) => element.closest("[data-board-column]");

function beside(item, step) {
  const columns = [...new Set(items().map(columnOf))]; // empty columns are passed over
  const column = columns[columns.indexOf(columnOf(item)) + step];
  if (!column) return null;
  const { top } = item.getBoundingClientRect();
  const distance = (each) => Math.abs(each.getBoundingClientRect().top - top);
  return items()
    .filter((each) => columnOf(each) === column)
    .reduce((best, each) => (distance(each) < distance(best) ? each : best));
}

function near(item, step) {
  const all = items().filter((each) => columnOf(each) === columnOf(item));
  return all[all.indexOf(item) + step] ?? null;
}

export function followArrows() {
  document.addEventListener("keydown", (event) => {
    const item = current();
    if (!item || event.target !== item || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const next = {
      ArrowUp: () => near(item, -1),
      ArrowDown: () => near(item, 1),
      ArrowLeft: () => columnOf(item) && beside(item, -1),
      ArrowRight: () => columnOf(item) && beside(item, 1),
    }[event.key]?.();
    if (!next) return;
    goTo(next);
    event.preventDefault();
  });
}
