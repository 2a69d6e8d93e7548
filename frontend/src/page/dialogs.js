// <dialog id="dialog"> takes any fragment that htmx swaps into it; an element of its own opens by data-dialog-open="id".
// Without scripts the same links lead to pages. The server closes it with the header `HX-Trigger: dialog-close`.

function firstField(dialog) {
  const wanted = ["[data-choices-filter], .has-error input, .has-error textarea", "input:checked", "input:not([type=hidden]), textarea, select", ".move-buttons .btn-primary", "form button, .move-buttons a"];
  return wanted.map((selector) => dialog.querySelector(selector)).find(Boolean);
}

export function followDialogs() {
  const shared = document.getElementById("dialog");

  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (!shared || detail.target !== shared) return;
    if (!shared.open) shared.showModal();
    firstField(shared)?.focus();
  });
  // a form that is refused comes back with what is wrong, in its dialog
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    const isPage = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/html");
    if (shared && detail.target === shared && detail.xhr.status === 400 && isPage) {
      detail.shouldSwap = true;
      detail.isError = false;
    }
  });
  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (shared?.contains(detail.elt)) shared.close(); // the message about it stands in the page
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
