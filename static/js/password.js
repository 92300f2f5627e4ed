// button[data-password-show] shows what is typed in the box beside it until it is pressed again;
// a form is sent with the box as a password again, so that no browser keeps it among other texts.
(function () {
  "use strict";

  function show(box, isShown) {
    const input = box.querySelector("input");
    const at = [input.selectionStart, input.selectionEnd];
    input.type = isShown ? "text" : "password";
    if (input === document.activeElement) input.setSelectionRange(at[0], at[1]);
    input.setAttribute("autocapitalize", "none");
    input.spellcheck = false;
    box.querySelector("[data-password-show]").setAttribute("aria-pressed", String(isShown));
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-password-show]");
    if (!button) return;
    show(button.closest("[data-password]"), button.getAttribute("aria-pressed") !== "true");
  });
  document.addEventListener("submit", function (event) {
    event.target.querySelectorAll("[data-password]").forEach(function (box) { show(box, false); });
  }, true);
  window.addEventListener("pagehide", function () {
    document.querySelectorAll("[data-password]").forEach(function (box) { show(box, false); });
  });
})();
