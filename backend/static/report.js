// Makes reporting easier on a bad line; the form works without it. Photos are shrunk before they are sent,
// words survive a reload, and one tap sends once.
(function () {
  "use strict";
  var form = document.getElementById("report");
  var photos = document.getElementById("photos");
  var words = document.getElementById("description");
  var kept = "chati-draft:" + location.pathname.split("/report")[0];
  var LONGEST = 1600;

  try {
    if (!words.value) words.value = localStorage.getItem(kept) || "";
    words.addEventListener("input", function () { localStorage.setItem(kept, words.value); });
  } catch (_) { /* storage switched off: nothing to keep */ }

  function shrink(file) {
    return new Promise(function (done) {
      if (!/^image\//.test(file.type) || file.size < 300000) return done(file);
      var image = new Image();
      image.onerror = function () { done(file); };
      image.onload = function () {
        var scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          URL.revokeObjectURL(image.src);
          done(blob && blob.size < file.size ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", 0.85);
      };
      image.src = URL.createObjectURL(file);
    });
  }

  photos.addEventListener("change", function () {
    if (typeof DataTransfer === "undefined") return;
    Promise.all(Array.prototype.map.call(photos.files, shrink)).then(function (files) {
      var bag = new DataTransfer();
      files.forEach(function (file) { bag.items.add(file); });
      photos.files = bag.files;
    });
  });

  form.addEventListener("submit", function (event) {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    try { localStorage.removeItem(kept); } catch (_) { /* as above */ }
    var button = form.querySelector(".go");
    setTimeout(function () { button.textContent = "正在提交…"; }, 0);
  });

  window.addEventListener("pageshow", function () {
    delete form.dataset.sent;
    form.querySelector(".go").textContent = "提交";
  });
})();
