// The matrix of cases x models ([data-matrix]): arrow keys, Home and End move between its cells, one of which at a time is
// reached by Tab; a cell opens in the dialog. Without scripts the same cells are links in the order of the page.
// More rows come by htmx when the end of what is there is near.

const CELL = ".matrix-cell > a";

const box = (element) => element.closest?.("[data-matrix]");
const cellsOf = (row) => [...row.querySelectorAll(CELL)];

/** One cell is reached by Tab, the others by arrow keys. */
function settle(piece) {
  const cells = piece.querySelectorAll(CELL);
  cells.forEach((cell) => (cell.tabIndex = "roving" in cell.dataset ? 0 : -1));
  if (cells.length > 0 && !box(piece).querySelector("[data-roving]")) stand(cells[0]);
}

function stand(cell) {
  const before = box(cell).querySelector(`${CELL}[data-roving]`);
  if (before) {
    before.tabIndex = -1;
    delete before.dataset.roving;
  }
  cell.tabIndex = 0;
  cell.dataset.roving = "true";
}

/** The row above or below; at the end what is there of the next rows comes into view, so that they are fetched. */
function rowBeside(row, step) {
  const inPiece = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  const piece = step > 0 ? row.parentElement.nextElementSibling : row.parentElement.previousElementSibling;
  const rows = inPiece || !piece?.matches(".matrix-piece") ? [] : [...piece.children];
  const beside = inPiece ?? rows.at(step > 0 ? 0 : -1);
  if (!beside && step > 0) box(row).querySelector(".matrix-more")?.scrollIntoView({ block: "nearest" });
  return beside;
}

function cellFor(key, cell) {
  const row = cell.closest("tr");
  const cells = cellsOf(row);
  const at = cells.indexOf(cell);
  const inRow = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: cells.length - 1 };
  if (key in inRow) return cells[inRow[key]];
  const beside = rowBeside(row, key === "ArrowDown" ? 1 : -1);
  return beside && cellsOf(beside)[at];
}

/** The head and the first column lie over the cells: what stands under them is not in view. */
function bringIntoView(cell) {
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function followMatrix() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    const cell = box(event.target) && event.target.closest(CELL);
    if (!cell) return;
    event.preventDefault();
    const next = cellFor(event.key, cell);
    if (next) bringIntoView(next);
  });

  document.addEventListener("focusin", ({ target }) => {
    if (box(target) && target.matches(CELL)) stand(target);
  });

  // said in the page once, as the cell's name; written as a title only where the mouse asks for it
  document.addEventListener("pointerover", ({ target }) => {
    const cell = box(target) && target.closest(CELL);
    if (cell && !cell.title) cell.title = cell.ariaLabel;
  });

  document.addEventListener("click", (event) => {
    const cell = box(event.target) && event.target.closest(CELL);
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
    if (!cell || elsewhere || event.defaultPrevented) return;
    event.preventDefault();
    cell.focus({ preventScroll: true });
    window.htmx.ajax("GET", cell.getAttribute("href"), { source: cell, target: "#dialog", swap: "innerHTML" });
  });

  // only what is new, so that the last piece costs no more than the first
  const start = (root) => {
    const within = [...(root.querySelectorAll?.("[data-matrix] .matrix-piece") ?? [])];
    (root.matches?.("[data-matrix] .matrix-piece") ? [root] : within).forEach(settle);
  };
  start(document);
  document.addEventListener("htmx:load", ({ target }) => start(target));
}
