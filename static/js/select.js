// Rows of a list that are picked for a bulk edit: [data-select-page] picks the whole page, and
// [data-selected] says how many are picked. A new page of the list starts with none picked.
(function () {
  "use strict";

  function boxes() { return Array.from(document.querySelectorAll('#list tbody input[name="pk"]')); }

  function tell() {
    const words = document.querySelector("[data-selected]");
    const page = document.querySelector("[data-select-page]");
    if (!words) return;
    const all = boxes();
    const picked = all.filter(function (box) { return box.checked; }).length;
    words.textContent = picked ? picked + " " + words.dataset.words : "";
    if (page) {
      page.checked = picked > 0 && picked === all.length;
      page.indeterminate = picked > 0 && picked < all.length;
    }
  }

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-select-page]")) {
      boxes().forEach(function (box) { box.checked = event.target.checked; });
      tell();
    } else if (event.target.matches('#list tbody input[name="pk"]')) tell();
  });
  document.addEventListener("htmx:afterSwap", tell);
  window.addEventListener("pageshow", tell);
})();
