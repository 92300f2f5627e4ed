// Warns before a changed form[data-dirty] is left. A link with data-leave (Cancel) leaves at once.
(function () {
  "use strict";
  let changed = false;

  function mark(event) {
    if (event.target.closest && event.target.closest("form[data-dirty]")) changed = true;
  }

  document.addEventListener("input", mark);
  document.addEventListener("change", mark);
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-dirty]")) changed = false;
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-leave]")) changed = false;
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.elt.querySelector && event.detail.elt.querySelector("[aria-invalid]")) changed = true;
  });
  window.addEventListener("beforeunload", function (event) {
    if (changed) event.preventDefault();
  });
})();
