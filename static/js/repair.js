// After a rejected row is dealt with, the focus goes to the next bad cell below it, then to those
// above, and when there is none left to the way back.
(function () {
  "use strict";

  document.addEventListener("htmx:afterSettle", function (event) {
    const row = event.detail.elt.closest("[data-problems] > li[data-done]");
    if (!row) return;
    let next = row.nextElementSibling;
    while (next && !next.querySelector("[data-bad]")) next = next.nextElementSibling;
    const wanted =
      (next || row.parentElement).querySelector("[data-bad]") ||
      document.querySelector("[data-problems-done]");
    wanted.focus();
    if (wanted.select) wanted.select();
  });
})();
