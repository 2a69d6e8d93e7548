// The inbox by keyboard: `l`, `n` and `d` act on the reports that are ticked, else on the one that has the focus (keys.js
// presses the links of its row); J and K tick on the way, Escape unticks; after an act the next report has the focus.

const boxes = () => [...document.querySelectorAll('[data-inbox] input[name="report"]')];
const ticked = () => boxes().filter((box) => box.checked);
const rows = () => [...document.querySelectorAll("[data-inbox] [data-keys-item]")];
const current = () => document.activeElement?.closest?.("[data-inbox] [data-keys-item]");
const isTyping = ({ target }) => target.closest?.("select, textarea, input:not([type=checkbox])");

function count() {
  const place = document.querySelector("[data-ticked]");
  if (!place) return;
  const n = ticked().length;
  place.textContent = n ? `${n} ${place.dataset.text}` : "";
  const all = document.querySelector("[data-tick-all]");
  if (all) {
    all.checked = n > 0 && n === boxes().length;
    all.indeterminate = n > 0 && n < boxes().length;
  }
}

function tick(box, checked) {
  if (!box || box.checked === checked) return;
  box.checked = checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

function tickAndMove(step) {
  const row = current();
  if (row) tick(row.querySelector('input[name="report"]'), true);
  const all = rows();
  const at = row ? all.indexOf(row) + step : 0;
  const next = all[Math.min(Math.max(at, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function press(key) {
  const button = document.querySelector(`[data-inbox] [data-settles="${CSS.escape(key)}"]`);
  if (!button) return false;
  if (ticked().length) button.click();
  else if (!current()) rows()[0]?.focus();
  else return false;
  return true;
}

function follow(key) {
  if (key === "J" || key === "K") tickAndMove(key === "J" ? 1 : -1);
  else if (key === "Escape" && ticked().length) ticked().forEach((box) => tick(box, false));
  else return /^[lnd]$/.test(key) && press(key);
  return true;
}

/** The report that has the focus once those of a form are gone: the next one, else the one before. */
function after(form) {
  const gone = new Set([...form.querySelectorAll('input[name="report"]')].map((field) => `report-${field.value}`));
  const ids = rows().map((row) => row.id);
  const at = ids.findIndex((id) => gone.has(id));
  const stays = (id) => !gone.has(id);
  return ids.slice(Math.max(at, 0)).find(stays) ?? ids.slice(0, Math.max(at, 0)).findLast(stays) ?? "";
}

export function followInbox() {
  if (!document.querySelector("[data-inbox]")) return;
  let next = null;
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || document.querySelector("dialog[open]")) return;
      if (!follow(event.key)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    { capture: true },
  );
  document.addEventListener("change", ({ target }) => {
    if (target.closest("[data-inbox]")) count();
  });
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const form = detail.requestConfig?.elt;
    if (detail.target?.id === "inbox" && form?.matches?.("[data-settle-form]")) next = after(form);
  });
  document.addEventListener("htmx:load", ({ target }) => {
    if (!target.matches?.("[data-inbox]") || next === null) return;
    const row = document.getElementById(next) ?? rows()[0] ?? document.getElementById("main");
    next = null;
    row.focus();
  });
  count();
  // after an undo the address names the report that came back
  rows().find((row) => `#${row.id}` === window.location.hash)?.focus();
}
