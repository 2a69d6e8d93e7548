// <dialog id="dialog"> takes any fragment that htmx swaps into it; an element of its own opens by data-dialog-open="id".
// Without scripts the same links lead to pages. The server closes it with the header `HX-Trigger: dialog-close`.

export function followDialogs() {
  const shared = document.getElementById("dialog");

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (shared && detail.target === shared && !shared.open) shared.showModal();
  });
  document.addEventListener("dialog-close", () => shared?.close());
  shared?.addEventListener("close", () => shared.replaceChildren());

  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (opener) {
      event.preventDefault();
      document.getElementById(opener.dataset.dialogOpen)?.showModal();
      return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    // a click on the dialog element itself is one on its backdrop: its content fills it
    const dialog = closer ? closer.closest("dialog") : event.target.matches?.("dialog[open]") ? event.target : null;
    if (dialog) {
      event.preventDefault();
      dialog.close();
    }
  });
}
