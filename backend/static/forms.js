// What every form does with script; all of them work without. Long texts are counted as the server counts them and never
// cut. What was typed stays in the browser until a page says that it was taken: by redirecting to it. A page that the
// back-forward cache gives back holds a form that was sent, so what is sent with it next is another form.
(function () {
  "use strict";
  var TYPED = "chati-typed:", SENT = "chati-sent";

  function each(found, work) { Array.prototype.forEach.call(found, work); }

  function stored(work) {
    try { return work(); } catch (_) { return null; } // storage switched off or full: nothing is kept
  }

  function place(form) { return form.hasAttribute("data-keep-long") ? localStorage : sessionStorage; }

  function key(field) { // a form's own `action` may be a field of that name
    return TYPED + new URL(field.form.getAttribute("action") || "", location.href).pathname + ":" + field.name;
  }

  function typed(form) { return form.querySelectorAll("textarea, input[data-keep]"); }

  function cameByRedirect() {
    var entries = performance.getEntriesByType ? performance.getEntriesByType("navigation") : [];
    return (entries[0] || performance.navigation || {}).redirectCount > 0;
  }

  function settle() {
    var sent = JSON.parse(sessionStorage.getItem(SENT) || "[]");
    sessionStorage.removeItem(SENT);
    if (!cameByRedirect() || document.querySelector("[data-not-taken]")) return;
    sent.forEach(function (one) { localStorage.removeItem(one); sessionStorage.removeItem(one); });
  }

  function restore(field) {
    var text = stored(function () { return place(field.form).getItem(key(field)); });
    if (!text || field.value) return;
    field.value = text;
    var folded = field.closest("details");
    if (folded) folded.open = true;
  }

  function keep(field) {
    stored(function () {
      if (field.value) place(field.form).setItem(key(field), field.value);
      else place(field.form).removeItem(key(field));
    });
  }

  function count(field) {
    var longest = Number(field.getAttribute("data-longest")), length = Array.from(field.value).length;
    field.setCustomValidity(length > longest ? "最多 " + longest + " 个字，现在有 " + length + " 个，请缩短" : "");
  }

  function renew(draft) {
    var bytes = crypto.getRandomValues(new Uint8Array(16));
    var fresh = Array.from(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
    draft.value = draft.value.split("~")[0] + "~" + fresh;
  }

  stored(settle);
  each(document.querySelectorAll("form[method=post]"), function (form) {
    each(typed(form), restore);
    form.addEventListener("submit", function () {
      stored(function () {
        if (form.hasAttribute("data-forget")) sessionStorage.clear();
        else sessionStorage.setItem(SENT, JSON.stringify(Array.from(typed(form), key)));
      });
    });
  });
  each(document.querySelectorAll("[data-longest]"), count);
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (field.matches("[data-longest]")) count(field);
    if (field.form && field.form.method === "post" && field.matches("textarea, input[data-keep]")) keep(field);
  });
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    each(document.querySelectorAll("input[name=draft]"), function (draft) {
      // Where the same sent again must stay one thing, the form is another from the first change on.
      if (draft.hasAttribute("data-same-until-changed")) {
        draft.form.addEventListener("input", function () { renew(draft); }, { once: true });
      } else renew(draft);
    });
  });
})();
