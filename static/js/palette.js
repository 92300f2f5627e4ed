// The search palette: dialog[data-palette] with a combobox and a listbox that the server fills.
// Ctrl/Cmd-K or / opens it, as [data-palette-open] does; arrows choose, Enter opens what is chosen or
// else shows every result as a page, Esc closes and gives the focus back. Nothing is kept in the browser.
(function () {
  "use strict";

  function dialog() { return document.querySelector("dialog[data-palette]"); }
  function input() { return document.getElementById("palette-input"); }
  function options() { return Array.from(dialog().querySelectorAll('[role="option"]')); }
  function chosen() { return dialog().querySelector('[role="option"][aria-selected="true"]'); }

  function choose(option) {
    options().forEach(function (one) { one.setAttribute("aria-selected", one === option ? "true" : "false"); });
    if (option) {
      input().setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input().removeAttribute("aria-activedescendant");
  }

  function move(step) {
    const all = options();
    if (!all.length) return;
    const at = all.indexOf(chosen());
    choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
  }

  function open() {
    const palette = dialog();
    if (!palette || palette.open || document.querySelector("dialog[open]")) return;
    input().value = "";
    choose(null);
    palette.showModal();
    window.htmx.ajax("GET", palette.querySelector("[data-palette-start]").dataset.paletteStart, { target: "#palette-options", swap: "innerHTML" });
  }

  function tell() {
    const status = dialog().querySelector("[data-palette-status]");
    // The last line leads to the page of results, and is none.
    const count = options().filter(function (one) { return one.id !== "palette-all"; }).length;
    status.textContent = count === 0 ? status.dataset.none : count === 1 ? status.dataset.one : status.dataset.many.replace("{count}", count);
  }

  document.addEventListener("keydown", function (event) {
    const isK = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k";
    const isSlash = event.key === "/" && !event.ctrlKey && !event.metaKey && !event.altKey && !event.target.closest("input, select, textarea, [contenteditable], dialog[open]");
    if (dialog() && (isK || isSlash)) {
      event.preventDefault();
      open();
      return;
    }
    if (event.target.id !== "palette-input" || event.isComposing) return;
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Enter" && chosen()) chosen().click();
    else return;
    event.preventDefault();
  });

  document.addEventListener("click", function (event) {
    const palette = dialog();
    if (!palette) return;
    if (event.target.closest("[data-palette-open]")) open();
    else if (event.target === palette || event.target.closest("[data-palette-close]")) palette.close();
  });

  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target.id !== "palette-options") return;
    choose(input().value ? options()[0] : null);
    tell();
  });

  // What was found belongs to people: it goes when the palette closes.
  document.addEventListener("close", function (event) {
    if (event.target === dialog()) document.getElementById("palette-options").replaceChildren();
  }, true);
  document.addEventListener("DOMContentLoaded", function () {
    const hint = document.querySelector("[data-palette-open] kbd");
    if (hint && /Mac|iPhone|iPad/.test(navigator.platform)) hint.textContent = "⌘ K";
  });
})();
