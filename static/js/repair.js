// After a rejected row is dealt with, the focus goes to the next bad cell below it.
(function () {
  "use strict";

  document.addEventListener("htmx:afterSettle", function (event) {
    const row = event.detail.elt.closest("[data-problems] > li[data-done]");
    if (!row) return;
    let next = row.nextElementSibling;
    while (next && !next.querySelector("[data-bad]")) next = next.nextElementSibling;
    const wanted = next ? next.querySelector("[data-bad]") : row.querySelector("summary");
    wanted.focus();
    if (wanted.select) wanted.select();
  });
})();
