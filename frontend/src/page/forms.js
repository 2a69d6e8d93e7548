// The CSRF token for what htmx sends, and one press of a button for one request.

export function guardForms() {
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.verb !== "get") {
      detail.headers["X-CSRFToken"] = document.querySelector('meta[name="csrf-token"]')?.content ?? "";
    } else if (detail.elt.matches("[data-short-address]")) {
      // a filter that asks for anything is not worth a place in the address
      [...detail.formData].filter(([, value]) => value === "").forEach(([name]) => detail.formData.delete(name));
    }
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "true";
    form.setAttribute("aria-busy", "true");
  });
  // a page that comes back from the browser's cache can be sent again
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.removeAttribute("aria-busy");
    });
  });

  // what is wrong in a folded part cannot be shown there: nothing would happen at all
  document.addEventListener(
    "invalid",
    ({ target }) => {
      for (let part = target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    },
    true,
  );

  // a select or a checkbox that filters a list sends its form by itself
  document.addEventListener("change", ({ target }) => {
    if (target.closest("[data-submit-on-change]")) target.form?.requestSubmit();
    // <input type="checkbox" data-tick-all="name"> ticks all boxes of that name in its form
    const name = target.dataset?.tickAll;
    if (name) [...target.form.elements].filter((box) => box.name === name).forEach((box) => (box.checked = target.checked));
  });
}
