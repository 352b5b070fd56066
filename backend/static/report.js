// Makes reporting easier on a bad line; the form works without it. Photos are shrunk before they are sent, and one tap
// sends once.
(function () {
  "use strict";
  var form = document.getElementById("report");
  var photos = document.getElementById("photos");
  var LONG = 1600, SHORT = 1200, MOST = 12000000; // as foundation/photos.py: sides, and pixels in all

  function shrink(file) {
    return new Promise(function (done) {
      if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size < 300000) return done(file);
      var image = new Image();
      image.onerror = function () { done(file); };
      image.onload = function () {
        var long = Math.max(image.width, image.height), short = Math.min(image.width, image.height);
        var scale = Math.min(1, Math.max(LONG / long, SHORT / short), Math.sqrt(MOST / long / short));
        var canvas = document.createElement("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        var brush = canvas.getContext("2d");
        brush.fillStyle = "white";
        brush.fillRect(0, 0, canvas.width, canvas.height);
        brush.drawImage(image, 0, 0, canvas.width, canvas.height);
        canvas.toBlob(function (blob) {
          URL.revokeObjectURL(image.src);
          // A canvas that is too large for the phone gives nothing, or nothing in it.
          var smaller = blob && blob.size > 0 && blob.size < file.size;
          done(smaller ? new File([blob], "photo.jpg", { type: "image/jpeg" }) : file);
        }, "image/jpeg", 0.85);
      };
      image.src = URL.createObjectURL(file);
    });
  }

  photos.addEventListener("change", function () {
    if (typeof DataTransfer === "undefined") return;
    var chosen = photos.files;
    Promise.all(Array.prototype.map.call(chosen, shrink)).then(function (files) {
      if (photos.files !== chosen) return; // others were chosen meanwhile
      var bag = new DataTransfer();
      files.forEach(function (file) { bag.items.add(file); });
      photos.files = bag.files;
    });
  });

  form.addEventListener("submit", function (event) {
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    var button = form.querySelector(".go");
    setTimeout(function () { button.textContent = "正在提交…"; }, 0);
  });

  window.addEventListener("pageshow", function () {
    delete form.dataset.sent;
    form.querySelector(".go").textContent = "提交";
  });
})();
