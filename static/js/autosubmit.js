// Sends form[data-autosubmit] by itself (hand-off to a partner). Its visible button does the same
// without JavaScript. A page that comes back from the history is not sent again.
// form[data-look-again] opens a new tab: whoever comes back from there sees the page as it is by now.
(function () {
  "use strict";
  let sentFrom = null;
  document.addEventListener("submit", function (event) {
    if (event.target.matches("form[data-look-again]")) sentFrom = location.href;
  });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible" && sentFrom === location.href) location.reload();
  });

  document.addEventListener("DOMContentLoaded", function () {
    const form = document.querySelector("form[data-autosubmit]");
    if (!form) return;
    const entry = performance.getEntriesByType("navigation")[0];
    if (entry && entry.type === "back_forward") return;
    form.requestSubmit();
  });
})();
