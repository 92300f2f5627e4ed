// Files dropped on [data-dropzone-area] go into the form's file input; names and sizes are shown,
// too many bytes are refused before they are sent, and htmx's upload moves the progress bar.
(function () {
  "use strict";

  function input(form) { return form.querySelector('input[type="file"]'); }

  function size(bytes) {
    return bytes < 1048576 ? Math.ceil(bytes / 1024) + " KB" : (bytes / 1048576).toFixed(1) + " MB";
  }

  function show(form) {
    const list = form.querySelector("[data-dropzone-files]");
    const files = Array.from(input(form).files);
    const total = files.reduce(function (sum, file) { return sum + file.size; }, 0);
    const words = files.map(function (file) { return file.name + " (" + size(file.size) + ")"; });
    const isTooLarge = total > Number(form.dataset.mostBytes);
    if (isTooLarge) words.push(form.dataset.tooLarge);
    list.replaceChildren(...words.map(function (text) {
      const item = document.createElement("li");
      item.textContent = text;
      return item;
    }));
    list.classList.toggle("errorlist", isTooLarge);
    form.querySelector('button[type="submit"]').disabled = isTooLarge;
  }

  document.addEventListener("change", function (event) {
    const form = event.target.closest("[data-dropzone]");
    if (form && event.target === input(form)) show(form);
  });

  ["dragover", "dragleave", "drop"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      const form = document.querySelector("[data-dropzone]");
      if (!form || !event.dataTransfer || !Array.from(event.dataTransfer.types).includes("Files")) return;
      event.preventDefault(); // a file dropped beside the area must not replace the page
      const area = event.target.closest("[data-dropzone-area]");
      form.querySelector("[data-dropzone-area]").classList.toggle("is-over", Boolean(area) && name === "dragover");
      if (name !== "drop" || !area) return;
      input(form).files = event.dataTransfer.files;
      show(form);
    });
  });

  document.addEventListener("htmx:xhr:progress", function (event) {
    const form = event.target.closest("[data-dropzone]");
    if (!form || !event.detail.lengthComputable) return;
    const part = Math.round((event.detail.loaded / event.detail.total) * 100);
    const region = form.querySelector("[data-dropzone-progress]");
    region.hidden = false;
    region.querySelector("progress").value = part;
    region.querySelector("[data-dropzone-percent]").textContent = part + "%";
  });
})();
