// Remembers that somebody wants the page in large type; the link alone (#elder) works without this.
(function () {
  "use strict";
  var KEY = "chati-elder";
  var root = document.documentElement;

  function remembered() {
    try { return localStorage.getItem(KEY) === "1"; } catch (_) { return false; }
  }

  function remember(on) {
    try { if (on) localStorage.setItem(KEY, "1"); else localStorage.removeItem(KEY); } catch (_) { /* not kept then */ }
  }

  function follow() {
    if (location.hash === "#elder") remember(true);
    if (location.hash === "#usual") remember(false);
    root.classList.toggle("elder", remembered() || location.hash === "#elder");
  }

  follow();
  addEventListener("hashchange", follow);
  addEventListener("pageshow", follow);
})();
