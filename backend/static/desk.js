// Keyboard for the desk: j/k walk the rows, / goes to the search, and a form is sent once however often it is pressed.
"use strict";

const rows = [...document.querySelectorAll("[data-row]")];
const search = document.querySelector("[data-search]");
const typing = (element) => element.matches("input, textarea, select, [contenteditable]");

function step(by) {
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[next]?.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const work = { j: () => step(1), k: () => step(-1), "/": () => search?.focus() }[event.key];
  if (!work) return;
  event.preventDefault();
  work();
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});

// A page taken from the back-forward cache must be able to send again.
addEventListener("pageshow", () => document.querySelectorAll("form").forEach((form) => delete form.dataset.sent));
