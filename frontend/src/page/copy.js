// <button data-copy="id"> copies the text of that element and says so for a moment.

const SAID_FOR = 2000; // milliseconds

export function followCopies() {
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-copy]");
    const source = button && document.getElementById(button.dataset.copy);
    if (!source) return;
    const words = button.querySelector("[data-copy-text]");
    const before = words.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      words.textContent = button.dataset.textCopied;
      setTimeout(() => (words.textContent = before), SAID_FOR);
    } catch {
      // not allowed, or no secure address: what is selected can be copied by hand
      window.getSelection().selectAllChildren(source);
    }
  });
}
