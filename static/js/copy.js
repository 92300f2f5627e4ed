// button[data-copy] copies its value, or the text of the element that data-copy-from selects.
(function () {
  "use strict";
  const words = document.currentScript.dataset;

  function fallback(text) {
    const box = document.createElement("textarea");
    box.value = text;
    box.className = "visually-hidden";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy refused"));
  }

  function say(button, text) {
    let live = button.querySelector("[data-copy-said]");
    if (!live) {
      live = document.createElement("span");
      live.dataset.copySaid = "";
      live.className = "copy-said";
      live.setAttribute("role", "status");
      button.append(live);
    }
    live.textContent = text;
    window.setTimeout(function () { live.textContent = ""; }, 2000);
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
    const text = source ? (source.value || source.textContent).trim() : button.dataset.copy || "";
    const sent = navigator.clipboard ? navigator.clipboard.writeText(text).catch(function () { return fallback(text); }) : fallback(text);
    sent.then(
      function () { say(button, button.dataset.copyDone || words.done); },
      function () { say(button, button.dataset.copyFailed || words.failed); }
    );
  });
})();
