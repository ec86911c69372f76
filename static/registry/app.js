// Small comforts on top of pages that work without them.
"use strict";

// 1. An error summary is read first: it takes the focus when the page opens or htmx brings it.
function focusSummary(root) {
  const summary = root.querySelector("[data-focus]");
  if (summary) summary.focus();
}
document.addEventListener("DOMContentLoaded", () => focusSummary(document));
window.addEventListener("load", () => location.hash && focusSummary(document)); // going to #part has moved the focus
document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));

// 2. A form is sent once, however often the button is pressed; after five seconds one may try again.
const PAUSE = 5000;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, PAUSE);
});

// 3. "Print" and "Copy" are buttons only where a script can do them; the page hides them otherwise.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of document.querySelectorAll("[data-print], [data-copy]")) button.hidden = false;
});
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-print], [data-copy]");
  if (!button) return;
  if ("print" in button.dataset) {
    window.print();
    return;
  }
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
  const done = document.getElementById(button.dataset.copy + "-copied");
  if (done) done.hidden = false;
});

// 4. What htmx is answered is shown, errors too: a part in its place, a whole page (signed out, refused) as the page;
// but where the element says hx-select, its part is taken out of a whole page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const whole = /^\s*<!doctype/i.test(event.detail.xhr.responseText);
  const keeper = event.detail.requestConfig.elt.closest("[data-keeps]");
  if (keeper) {
    event.detail.shouldSwap = event.detail.xhr.status === 200 && !whole;
    event.detail.isError = false;
    saysKept(keeper, event.detail.shouldSwap);
    return;
  }
  if (event.detail.xhr.status >= 400) {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
  const takesPart = event.detail.requestConfig.elt.closest("[hx-select]") && event.detail.xhr.status < 400;
  if (whole && !takesPart) {
    event.detail.target = document.body;
    event.detail.swapOverride = "innerHTML";
  }
});

// 5. What is typed is kept by the server meanwhile. When it cannot be (signed out, no network), the page says so and
// stays as it is: the text in it is the only one there is.
function saysKept(keeper, isKept) {
  keeper.querySelector("[data-kept]").hidden = !isKept;
  keeper.querySelector("[data-not-kept]").hidden = isKept;
}
document.addEventListener("htmx:sendError", (event) => {
  const keeper = event.detail.elt.closest("[data-keeps]");
  if (keeper) saysKept(keeper, false);
});

// 6. What a person has opened or closed stays so when htmx brings its part of the page anew, and the focus stays in it.
let opened = [], focused = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  opened = [...event.detail.target.querySelectorAll("details[id]")].map((one) => [one.id, one.open]);
  focused = document.activeElement.id;
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, isOpen] of opened) {
    const details = document.getElementById(id);
    if (details) details.open = isOpen;
  }
  if (opened.length && focused && document.activeElement === document.body) document.getElementById(focused)?.focus();
});
