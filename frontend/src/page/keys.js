// Keys are declared in the page: data-key="g b" presses or focuses that element, from anywhere.
// In a [data-keys-list] container j and k move between its [data-keys-item] elements; in the current one `o` and Enter
// follow [data-keys-open], and data-item-key="a" presses that element.

const PAUSE_BETWEEN_KEYS = 1000; // milliseconds within which the second key of a pair must come
let waiting = "";
let timer = 0;

const TICKED = "[type=checkbox], [type=radio]"; // pressed by keys, not typed into
const isTyping = (element) => Boolean(element.closest?.(`input:not(${TICKED}), textarea, select, [contenteditable]`));
const isShown = (element) => element.checkVisibility?.() ?? true;

function press(element) {
  if (element.matches(`input:not(${TICKED}), select, textarea`)) {
    element.focus();
    element.select?.();
  } else {
    element.click();
  }
}

export function items() {
  return [...document.querySelectorAll("[data-keys-list] [data-keys-item]")].filter(isShown);
}

export function current() {
  return document.activeElement?.closest?.("[data-keys-item]") ?? null;
}

export function goTo(item) {
  if (!item.matches("a, button, [tabindex]")) item.tabIndex = -1;
  item.focus();
  item.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function moveBy(step) {
  const all = items();
  if (all.length === 0) return false;
  const at = all.indexOf(current());
  const next = all[at === -1 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1)];
  goTo(next);
  return true;
}

function pressInItem(key) {
  const item = current();
  if (!item) return false;
  const opens = key === "o" || (key === "Enter" && document.activeElement === item && !item.matches("a, button"));
  const element = opens ? item.querySelector("[data-keys-open]") : item.querySelector(`[data-item-key="${CSS.escape(key)}"]`);
  if (element) press(element);
  return Boolean(element);
}

function pressInPage(key) {
  const sequence = waiting ? `${waiting} ${key}` : key;
  // what opens a dialog does so from a narrow window too, where its button has no place
  const declared = [...document.querySelectorAll("[data-key]")].filter((each) => isShown(each) || each.matches("[data-dialog-open]"));
  const element = declared.find((each) => each.dataset.key === sequence);
  clearTimeout(timer);
  waiting = "";
  if (element) {
    press(element);
    return true;
  }
  if (declared.some((each) => each.dataset.key.startsWith(`${key} `))) {
    waiting = key;
    timer = setTimeout(() => (waiting = ""), PAUSE_BETWEEN_KEYS);
  }
  return false;
}

export function followKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && isTyping(event.target)) event.target.blur();
    if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
    const { key } = event;
    const done =
      (!waiting && key === "j" && moveBy(1)) || (!waiting && key === "k" && moveBy(-1)) || (!waiting && pressInItem(key)) || pressInPage(key);
    if (done) event.preventDefault();
  });
}
