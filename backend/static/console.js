// The workbench with a keyboard: letters open the menu, j/k walk the rows, x ticks one, ? shows the keys; replies go
// into their box, forms go once.
"use strict";

const rows = [...document.querySelectorAll("[data-row]")];
const ticks = [...document.querySelectorAll("[data-tick]")];
const all = document.querySelector("[data-all]");
const count = document.querySelector("[data-count]");
const search = document.querySelector("[data-search]");
const keys = document.querySelector("#keys");
const TYPED = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";

function here() {
  return rows.findIndex((row) => row.closest("tr").contains(document.activeElement));
}

function step(by) {
  const at = here();
  const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
  rows[next]?.focus();
}

function tell() {
  const ticked = ticks.filter((tick) => tick.checked).length;
  if (count) count.textContent = ticked ? `已勾选 ${ticked} 件：` : "勾选后成批办理：";
  if (all) all.checked = ticked > 0 && ticked === ticks.length;
}

function tick() {
  const box = ticks[here()];
  if (!box) return;
  box.checked = !box.checked;
  tell();
}

const WORK = {
  j: () => step(1),
  k: () => step(-1),
  x: tick,
  "/": () => search?.focus(),
  "?": () => keys?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPED) || keys?.open) return;
  const entry = document.querySelector(`[aria-keyshortcuts="${CSS.escape(event.key)}"]`);
  const work = WORK[event.key] ?? (entry && (() => entry.click()));
  if (!work) return;
  event.preventDefault();
  work();
});

ticks.forEach((box) => box.addEventListener("change", tell));
all?.addEventListener("change", () => {
  ticks.forEach((box) => { box.checked = all.checked; });
  tell();
});

// A chosen reply joins what was typed; without script its link opens the page with the box filled.
document.addEventListener("click", (event) => {
  const reply = event.target.closest?.("[data-reply]");
  if (!reply) return;
  event.preventDefault();
  const box = document.getElementById(reply.dataset.into);
  box.setRangeText(reply.dataset.reply, box.selectionStart, box.selectionEnd, "end");
  box.focus();
});

document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "1";
});

// A page taken from the back-forward cache must be able to send again.
addEventListener("pageshow", () => {
  document.querySelectorAll("form").forEach((form) => delete form.dataset.sent);
  tell();
});
