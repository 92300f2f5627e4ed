// Sends form[data-autosubmit] by itself (hand-off to a partner). Its visible button does the same
// without JavaScript. A page that comes back from the history is not sent again.
(function () {
  "use strict";
  document.addEventListener("DOMContentLoaded", function () {
    const form = document.querySelector("form[data-autosubmit]");
    if (!form) return;
    const entry = performance.getEntriesByType("navigation")[0];
    if (entry && entry.type === "back_forward") return;
    form.requestSubmit();
  });
})();
