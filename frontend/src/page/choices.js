// A list of radio buttons for quick hands. [data-choices-filter] in its form narrows it while one types and chooses the
// first that is left, arrows choose the next; in [data-choose-by-digit] the digits choose.

const options = (form) => [...form.querySelectorAll(".field-options > label")];
const words = (option) => option.textContent.trim().toLowerCase();

function choose(option) {
  option.querySelector("input").checked = true;
  option.scrollIntoView({ block: "nearest" });
}

function narrow(filter) {
  const typed = filter.value.trim().toLowerCase();
  options(filter.form).forEach((option) => (option.hidden = !words(option).includes(typed)));
  const left = options(filter.form).filter((option) => !option.hidden);
  filter.setCustomValidity(left.length ? "" : filter.dataset.textNone); // else what was chosen before would be sent
  if (typed && left.length) choose(left.find((option) => words(option).startsWith(typed)) ?? left[0]);
}

function step(filter, by) {
  const left = options(filter.form).filter((option) => !option.hidden);
  const at = left.findIndex((option) => option.querySelector("input").checked);
  if (left.length) choose(left[(at + by + left.length) % left.length]);
}

function byDigit(event) {
  const form = document.querySelector("dialog[open] [data-choose-by-digit], main [data-choose-by-digit]");
  const option = form && options(form)[Number(event.key) - 1];
  if (!option || event.target.matches("input:not([type=radio]), textarea, select")) return;
  choose(option);
  option.querySelector("input").focus();
  event.preventDefault();
}

export function followChoices() {
  document.addEventListener("input", ({ target }) => {
    if (target.matches("[data-choices-filter]")) narrow(target);
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (/^[1-9]$/.test(event.key)) byDigit(event);
    if (!event.target.matches("[data-choices-filter]")) return;
    if (event.key === "ArrowDown") step(event.target, 1);
    else if (event.key === "ArrowUp") step(event.target, -1);
    else return;
    event.preventDefault();
  });
}
