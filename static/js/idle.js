// Watches over the time-out of a sign-in. dialog[data-idle] warns two minutes before; when the time
// is over, dialog[data-ended] covers a page with unsaved work until the same person has signed in
// in another tab, and any other page is left for the sign-in. Typing and clicking are signs of life
// that the server is told of; what htmx asks for by itself is marked as none.
(function () {
  "use strict";
  const WARN = 120;
  const TELL_EVERY = 120;
  const BY_ITSELF = ["hx:poll:trigger", "load", "revealed", "intersect"];
  const box = document.querySelector("dialog[data-idle]");
  let changed = false;
  let lively = false;
  let toldAt = Date.now();
  let timer = 0;

  document.addEventListener("htmx:configRequest", function (event) {
    const cause = event.detail.triggeringEvent;
    if (cause && BY_ITSELF.includes(cause.type)) event.detail.headers["X-Background"] = "1";
  });
  if (!box) return;
  const over = document.querySelector("dialog[data-ended]");

  function ask(isAlive) {
    const token = box.querySelector("input[name=csrfmiddlewaretoken]").value;
    return fetch(box.dataset.url, {
      method: isAlive ? "POST" : "GET",
      headers: isAlive ? { "X-CSRFToken": token } : { "X-Background": "1" },
      credentials: "same-origin",
    }).then(function (response) {
      if (!response.ok) throw new Error("no answer");
      return response.json();
    });
  }

  function wait(seconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(look, Math.max(seconds, 1) * 1000);
  }

  function settle(state) {
    if (!state.user) return ended();
    if (state.seconds_left > WARN) {
      if (box.open) box.close();
      return wait(state.seconds_left - WARN);
    }
    box.querySelector("[data-idle-seconds]").textContent = String(Math.max(state.seconds_left, 0));
    if (!box.open) box.showModal();
    wait(Math.min(state.seconds_left, 5));
  }

  function look() {
    const isAlive = lively && !box.open;
    lively = false;
    ask(isAlive).then(settle).catch(function () { wait(30); });
  }

  function tell() {
    lively = true;
    if (box.open || Date.now() - toldAt < TELL_EVERY * 1000) return;
    toldAt = Date.now();
    look();
  }

  function ended() {
    window.clearTimeout(timer);
    if (box.open) box.close();
    if (changed) {
      if (!over.open) over.showModal();
    } else {
      const back = location.pathname + location.search;
      location.assign(box.dataset.signIn + "?" + new URLSearchParams({ next: back, ended: "idle" }));
    }
  }

  function goOn() {
    ask(false).then(function (state) {
      if (!state.user) { over.querySelector("[data-ended-still]").hidden = false; return; }
      if (String(state.user) !== box.dataset.user) { changed = false; location.assign("/"); return; }
      document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach(function (input) { input.value = state.csrf_token; });
      document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": state.csrf_token }));
      over.close();
      settle(state);
    });
  }

  ["keydown", "pointerdown"].forEach(function (name) { document.addEventListener(name, tell, { passive: true }); });
  document.addEventListener("input", function (event) { if (event.target.closest("form[method=post]")) changed = true; });
  document.addEventListener("submit", function (event) { if (event.target.method === "post") changed = false; });
  box.addEventListener("cancel", function (event) { event.preventDefault(); });
  over.addEventListener("cancel", function (event) { event.preventDefault(); });
  box.querySelector("form").addEventListener("submit", function (event) {
    event.preventDefault();
    event.stopPropagation();
    ask(true).then(settle);
  });
  over.querySelector("[data-ended-go]").addEventListener("click", goOn);
  wait(Number(box.dataset.seconds) - WARN);
})();
