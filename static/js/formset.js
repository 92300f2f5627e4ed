// Adds and removes rows of a Django formset: [data-formset] with data-prefix holds [data-rows],
// a <template data-row> with __prefix__, [data-add] and in each row [data-remove].
(function () {
  "use strict";

  function total(set) {
    return set.querySelector('input[name="' + set.dataset.prefix + '-TOTAL_FORMS"]');
  }

  document.addEventListener("click", function (event) {
    const add = event.target.closest("[data-add]");
    const remove = event.target.closest("[data-remove]");
    const set = (add || remove) && (add || remove).closest("[data-formset]");
    if (!set) return;
    event.preventDefault();
    if (add) {
      const count = Number(total(set).value);
      const holder = document.createElement("div");
      holder.innerHTML = set.querySelector("template[data-row]").innerHTML.replaceAll("__prefix__", String(count));
      const row = holder.firstElementChild;
      set.querySelector("[data-rows]").append(row);
      total(set).value = String(count + 1);
      const first = row.querySelector("input:not([type=hidden]), select, textarea");
      if (first) first.focus();
    } else {
      const row = remove.closest("[data-formset-row]");
      const box = row.querySelector('input[name$="-DELETE"]');
      if (box && box.type === "checkbox") box.checked = true;
      else if (box) box.value = "on";
      row.classList.add("is-removed");
      row.querySelectorAll("[required]").forEach(function (field) { field.required = false; });
      const next = set.querySelector("[data-add]");
      if (next) next.focus();
    }
    set.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
