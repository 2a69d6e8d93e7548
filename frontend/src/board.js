// Dragging cards, on the board only. The same moves are forms on each card, for keyboards and without scripts.
//   [data-board-column="confirmed"]  a column; data-asks-reason: opens a dialog; [data-board-refusal] in it says why it
//                                    takes no card
//   [data-board-cards]               the list of cards in it
//   [data-card]                      data-moves="confirmed fixed": columns it may go to; data-move-url: where to ask
import Sortable from "sortablejs";

import { followArrows } from "./board/arrows.js";
import { show } from "./page/messages.js";

const columns = () => [...document.querySelectorAll("[data-board-column]")];
const columnOf = (element) => element?.closest("[data-board-column]") ?? null;
const mayGo = (card, column) => (card.dataset.moves ?? "").split(" ").includes(column.dataset.boardColumn);

function light(card) {
  columns().forEach((column) => {
    if (column === columnOf(card)) return;
    column.classList.add(mayGo(card, column) ? "is-legal" : "is-refusing");
  });
}

function dim() {
  columns().forEach((column) => column.classList.remove("is-legal", "is-refusing"));
}

/** The column under the pointer where a drag ended, whether it took the card or not. */
function columnUnder(event) {
  const { clientX, clientY } = event?.changedTouches?.[0] ?? event ?? {};
  return clientX === undefined ? null : columnOf(document.elementFromPoint(clientX, clientY));
}

function sayWhy(column) {
  const why = column.querySelector("[data-board-refusal]")?.textContent;
  const messages = document.getElementById("messages");
  messages.replaceChildren(); // the same is not said twice
  if (why) show(messages, why);
}

function move(card, column, putBack) {
  const to = column.dataset.boardColumn;
  if ("asksReason" in column.dataset) {
    putBack();
    const asks = `${card.dataset.moveUrl}?to=${encodeURIComponent(to)}`;
    window.htmx.ajax("GET", asks, { source: card, target: "#dialog", swap: "innerHTML" }).catch(() => {}); // said in a message
    return;
  }
  card.setAttribute("aria-busy", "true");
  const failed = () => {
    card.removeAttribute("aria-busy");
    putBack();
  };
  card.addEventListener("htmx:responseError", failed, { once: true });
  // without any answer it rejects
  window.htmx.ajax("POST", card.dataset.moveUrl, { source: card, target: "#board", swap: "outerHTML", values: { to } }).catch(failed);
}

function makeSortable(list) {
  Sortable.create(list, {
    group: { name: "cards", put: (to, from, card) => mayGo(card, columnOf(to.el)) },
    draggable: '[data-card]:not([data-moves=""])',
    sort: false, // within a column priority alone orders
    animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    delay: 150,
    delayOnTouchOnly: true,
    touchStartThreshold: 5,
    ghostClass: "is-ghost",
    onStart: ({ item }) => light(item),
    onEnd: ({ item, from, to, oldIndex, originalEvent }) => {
      const over = columnUnder(originalEvent);
      const refuses = over?.classList.contains("is-refusing");
      const putBack = () => from.insertBefore(item, from.children[oldIndex] ?? null);
      dim();
      // on its way to a column that refuses it, a card lies in the last one that did not: nobody dropped it there
      if (refuses || over !== columnOf(to)) putBack();
      else if (from !== to) move(item, over, putBack);
      if (refuses) sayWhy(over);
    },
  });
}

function start(root) {
  root.querySelectorAll("[data-board-cards]").forEach(makeSortable);
}

start(document);
document.addEventListener("htmx:load", ({ target }) => start(target));
followArrows();
