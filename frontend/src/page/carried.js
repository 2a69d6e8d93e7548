// What was typed goes along to a form of another kind: in <nav data-carries="version note"> a link takes the fields of
// these names of its form to the page that it leads to. No field of a key may be among them.

const KEPT = "tracker:carried";

function keep(form, names) {
  const fields = names.map((name) => form.elements[name]).filter((field) => field?.value);
  sessionStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(fields.map(({ name, value }) => [name, value]))));
}

function fill(form) {
  const typed = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  if (!form) return; // another page: whoever left the form has left it
  Object.entries(typed).forEach(([name, value]) => {
    const field = form.elements[name];
    if (field && !field.value) field.value = value;
  });
}

export function carryWhatWasTyped() {
  const nav = document.querySelector("[data-carries]");
  const form = nav?.closest("form");
  try {
    fill(form);
  } catch {
    return; // a browser that keeps nothing: every form begins empty
  }
  nav?.addEventListener("click", ({ target }) => {
    if (target.closest("a")) keep(form, nav.dataset.carries.split(" "));
  });
}
