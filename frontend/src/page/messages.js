// Messages can be put away; what went wrong between browser and server becomes one. The texts stand, translated, in
// the data attributes of #messages.

function textFor(box, status) {
  if (!status) return box.dataset.textOffline;
  if (status === 401) return box.dataset.textSignedOut;
  if (status === 403) return box.dataset.textNotAllowed;
  if (status === 404) return box.dataset.textGone;
  if (status === 409) return box.dataset.textConflict;
  if (status === 429) return box.dataset.textTooMany;
  return box.dataset.textFailed;
}

export function show(box, text) {
  const message = document.getElementById("message-template").content.cloneNode(true);
  message.querySelector("[data-message-text]").textContent = text;
  box.append(message);
}

export function followMessages() {
  document.addEventListener("click", ({ target }) => target.closest("[data-dismiss]")?.closest("[data-message]")?.remove());
  const box = document.getElementById("messages");
  if (!box) return;
  document.addEventListener("htmx:responseError", ({ detail }) => {
    // an answer in plain text is written for the person; a page or a stack of HTML is not
    const plain = detail.xhr.getResponseHeader("Content-Type")?.startsWith("text/plain") && detail.xhr.responseText.trim();
    show(box, plain || textFor(box, detail.xhr.status));
  });
  document.addEventListener("htmx:sendError", () => show(box, textFor(box, 0)));
  document.addEventListener("htmx:timeout", () => show(box, textFor(box, 0)));
}
