// Chooses among the candidates of a queue's current row: 1 to 9 for the candidates, n for "new".
// From a radio button, a and s press the row's buttons, which keys.js leaves alone there.
(function () {
  "use strict";

  function currentRow(target) {
    return target.closest("[data-queue-row]") || document.querySelector("[data-queue-row].is-current") || document.querySelector("[data-queue-row]");
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const isRadio = event.target.matches('input[type="radio"]');
    if (!isRadio && event.target.closest("input, select, textarea, dialog[open]")) return;
    const row = currentRow(event.target);
    if (!row) return;
    const key = event.key.toLowerCase();
    if (isRadio && (key === "a" || key === "s")) {
      const button = row.querySelector('[data-key="' + key + '"]');
      if (!button) return;
      event.preventDefault();
      button.click();
      return;
    }
    const radios = Array.from(row.querySelectorAll('input[type="radio"]'));
    const wanted = key === "n" ? radios.find(function (one) { return one.value === "new"; }) : /^[1-9]$/.test(key) && radios.filter(function (one) { return one.value !== "new"; })[Number(key) - 1];
    if (!wanted) return;
    event.preventDefault();
    wanted.checked = true;
    wanted.focus();
  });
})();
