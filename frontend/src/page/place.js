// Whoever goes through a list by keys stays there: when the list is fetched anew, or a dialog about one of its items
// closes, the focus goes back to that item (by its id), and where it is gone to the one in its place.
import { items } from "./keys.js";

let place = null;

function remember({ target }) {
  if (target.closest("dialog")) return;
  const item = target.closest("[data-keys-item]");
  place = item?.id ? { id: item.id, at: items().indexOf(item) } : null;
}

function goBack() {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (!place || !lost || document.querySelector("dialog[open]")) return;
  const all = items();
  const item = all.find((each) => each.id === place.id) ?? all[Math.min(place.at, all.length - 1)];
  item?.focus();
  item?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function keepPlace() {
  document.addEventListener("focusin", remember);
  document.addEventListener("htmx:afterSettle", goBack);
  document.getElementById("dialog")?.addEventListener("close", goBack);
}
