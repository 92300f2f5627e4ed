// button[data-save-from] saves the text of an element as a file named data-save-name;
// button[data-print] prints the page.
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-print]")) window.print();
    const button = event.target.closest("[data-save-from]");
    if (!button) return;
    const text = document.querySelector(button.dataset.saveFrom).innerText.trim() + "\n";
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = button.dataset.saveName;
    link.click();
    URL.revokeObjectURL(link.href);
  });
})();
