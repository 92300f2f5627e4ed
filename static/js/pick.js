// A long list of check boxes: [data-pick-many] with [data-pick-find], which hides the names that do
// not contain what is typed, and [data-pick-count]. Enter ticks the only name that is left.
(function () {
  "use strict";

  function plain(text) {
    return text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  function rows(pick) { return Array.from(pick.querySelectorAll(".pick-many-list label")); }

  function find(pick) {
    const words = plain(pick.querySelector("[data-pick-find]").value).split(/\s+/).filter(Boolean);
    let shown = 0;
    rows(pick).forEach(function (row) {
      const text = plain(row.textContent);
      row.hidden = !words.every(function (word) { return text.includes(word); });
      if (!row.hidden) shown += 1;
    });
    pick.querySelector("[data-pick-none]").hidden = shown > 0;
  }

  function count(pick) {
    const boxes = Array.from(pick.querySelectorAll("input[type=checkbox]"));
    const picked = boxes.filter(function (box) { return box.checked; }).length;
    const told = pick.querySelector("[data-pick-count]");
    told.textContent = told.dataset.pickCount.replace("{picked}", picked).replace("{all}", boxes.length);
  }

  document.addEventListener("input", function (event) {
    if (event.target.matches("[data-pick-find]")) find(event.target.closest("[data-pick-many]"));
  });
  document.addEventListener("change", function (event) {
    const pick = event.target.closest("[data-pick-many]");
    if (pick) count(pick);
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !event.target.matches("[data-pick-find]")) return;
    event.preventDefault();
    const left = rows(event.target.closest("[data-pick-many]")).filter(function (row) { return !row.hidden; });
    if (left.length === 1) left[0].querySelector("input").click();
  });
})();
