// The phone: sends what the user does to the server, which plays WeChat, and shows answers and pushed messages.
(function () {
  "use strict";
  const LOOK_EVERY_MS = 2000;
  const TOKEN = document.querySelector("meta[name=csrf-token]").content;
  const LINK = /<a href="weixin:\/\/bizmsgmenu\?msgmenucontent=([^"&]*)&msgmenuid=([^"]*)">([^<]*)<\/a>|(https?:\/\/[^\s<>"]+)/g;
  const $ = (id) => document.getElementById(id);
  let last = "";
  let queue = Promise.resolve();

  function element(name, text, className) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  function link(url, text) {
    const made = element("a", text);
    made.href = url;
    made.target = "_blank";
    made.rel = "noopener";
    return made;
  }

  // Text as WeChat shows it: tappable answers and web addresses, everything else as it stands.
  function rich(words) {
    const part = document.createDocumentFragment();
    let from = 0;
    for (const found of words.matchAll(LINK)) {
      part.append(words.slice(from, found.index));
      if (found[4]) {
        part.append(link(found[4], found[4]));
      } else {
        const tap = element("button", found[3]);
        tap.type = "button";
        tap.addEventListener("click", () => say(found[1], found[2]));
        part.append(tap);
      }
      from = found.index + found[0].length;
    }
    part.append(words.slice(from));
    return part;
  }

  function toEnd() {
    $("chat").scrollTop = $("chat").scrollHeight;
  }

  function line(content, mine, className) {
    const row = element("div", "", mine ? "line mine" : "line");
    const face = element("span", mine ? "我" : "梯", "face");
    face.setAttribute("aria-hidden", "true");
    const bubble = element("div", "", "bubble " + (className || ""));
    bubble.append(content);
    row.append(face, bubble);
    $("chat").append(row);
    toEnd();
  }

  function note(text) {
    $("chat").append(element("p", text, "note"));
    toEnd();
  }

  function card(message) {
    const made = message.url ? link(message.url, "") : element("div");
    made.append(element("strong", message.title), element("span", message.words));
    if (message.url) made.append(element("em", "查看详情 ›"));
    line(made, false, "card");
  }

  function show(message) {
    if (message.kind === "card") card(message);
    else line(rich(message.words), false);
  }

  // One action after the other, as on a phone.
  function act(fields) {
    queue = queue.then(() => send(fields)).catch(() => { $("state").textContent = "网络不通，请重试"; });
    return queue;
  }

  async function send(fields) {
    const form = new FormData();
    for (const name of Object.keys(fields)) form.append(name, fields[name]);
    $("state").textContent = "";
    const response = await fetch("/simulator/act", { method: "POST", body: form, headers: { "X-CSRFToken": TOKEN } });
    const told = await response.json();
    if (told.error) $("state").textContent = told.error;
    if (told.answer) show(told.answer);
  }

  function say(words, tap) {
    line(words, true);
    return act(tap ? { kind: "text", words, tap } : { kind: "text", words });
  }

  async function look() {
    try {
      const response = await fetch("/simulator/news?after=" + last);
      for (const message of (await response.json()).news) {
        last = message.id;
        show(message);
      }
    } catch (error) {
      $("state").textContent = "收不到新消息，正在重试";
    }
    setTimeout(look, LOOK_EVERY_MS);
  }

  function closeMenus(but) {
    for (const top of document.querySelectorAll("#menu .top[aria-expanded]")) {
      if (top === but) continue;
      top.setAttribute("aria-expanded", "false");
      top.nextElementSibling.hidden = true;
    }
  }

  function flip(button, target) {
    const open = target.hidden;
    target.hidden = !open;
    button.setAttribute("aria-expanded", String(open));
    toEnd();
  }

  function closeMore() {
    if (!$("more").hidden) flip($("plus"), $("more"));
  }

  async function list() {
    const response = await fetch("/simulator/lifts?q=" + encodeURIComponent($("search").value));
    const rows = (await response.json()).lifts.map((lift) => {
      const row = element("li"), choose = element("button", lift.title);
      choose.type = "button";
      choose.append(element("small", lift.code + " " + lift.subtitle));
      choose.addEventListener("click", () => {
        $("signs").close();
        note("扫了 " + lift.title + " 的使用标志");
        act({ kind: "scan", code: lift.code });
      });
      row.append(choose);
      return row;
    });
    $("found").replaceChildren(...(rows.length ? rows : [element("li", "没有找到")]));
  }

  $("write").addEventListener("submit", (event) => {
    event.preventDefault();
    const words = $("words").value.trim();
    $("words").value = "";
    if (words) say(words);
  });
  $("toggle").addEventListener("click", () => { closeMenus(); flip($("toggle"), $("menu")); });
  $("plus").addEventListener("click", () => flip($("plus"), $("more")));
  $("pick").addEventListener("click", () => $("photo").click());
  $("photo").addEventListener("change", () => {
    const file = $("photo").files[0];
    if (!file) return;
    closeMore();
    const picture = element("img");
    picture.alt = "照片";
    picture.addEventListener("load", toEnd);
    picture.src = URL.createObjectURL(file);
    line(picture, true, "image");
    act({ kind: "image", photo: file });
    $("photo").value = "";
  });
  for (const button of document.querySelectorAll("[data-place]")) {
    button.addEventListener("click", () => {
      closeMore();
      line(button.textContent, true);
      act({ kind: "location", place: button.dataset.place });
    });
  }
  $("scan").addEventListener("click", () => { closeMenus(); $("signs").showModal(); list(); });
  $("search").addEventListener("input", list);
  for (const top of document.querySelectorAll("#menu .top[aria-expanded]")) {
    top.addEventListener("click", () => { closeMenus(top); flip(top, top.nextElementSibling); });
  }
  for (const button of document.querySelectorAll("[data-key]")) {
    button.addEventListener("click", () => {
      closeMenus();
      note("点了菜单“" + button.dataset.name + "”");
      act({ kind: "click", key: button.dataset.key });
    });
  }
  for (const button of document.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => {
      closeMore();
      note(button.textContent);
      act({ kind: button.dataset.act });
    });
  }
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeMenus(); });
  document.querySelector(".time").textContent = new Date().toTimeString().slice(0, 5);
  if (document.body.hasAttribute("data-first")) act({ kind: "follow" });
  look();
})();
