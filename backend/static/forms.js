// A page taken from the browser's back-forward cache holds a form that was sent: what is sent with it next is another
// one. Where sending the same again must stay one thing, the form is another from the first change on.
(function () {
  "use strict";

  function fresh() {
    var bytes = new Uint8Array(16);
    crypto.getRandomValues(bytes);
    return Array.prototype.map.call(bytes, function (byte) { return ("0" + byte.toString(16)).slice(-2); }).join("");
  }

  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) return;
    Array.prototype.forEach.call(document.querySelectorAll("input[name=draft]"), function (draft) {
      function renew() { draft.value = draft.value.split("~")[0] + "~" + fresh(); }
      if (draft.hasAttribute("data-same-until-changed")) draft.form.addEventListener("input", renew, { once: true });
      else renew();
    });
  });
})();
