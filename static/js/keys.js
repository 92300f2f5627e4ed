// Works a queue from the keyboard. [data-queue] holds [data-queue-row]; a row's links and buttons
// carry data-key="open|a|s|u|1|…". j and k move, Enter opens, another letter or digit presses the row's button.
// Where a page is one row, [data-key-next] and [data-key-previous] lead to the others.
// After an htmx swap that took the focus, the row in the place of the finished one is current.
// On every page ? shows dialog[data-keys], which says the page's own keys, and the keys of every page with them.
(function () {
  "use strict";
  let at = -1;

  function queue() { return document.querySelector("[data-queue]"); }
  function rows() { const found = queue(); return found ? Array.from(found.querySelectorAll("[data-queue-row]")) : []; }

  function show(index, move) {
    const all = rows();
    if (!all.length) { at = -1; return; }
    at = Math.max(0, Math.min(index, all.length - 1));
    all.forEach(function (row, i) {
      row.classList.toggle("is-current", i === at);
      if (i === at) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
      row.tabIndex = i === at ? 0 : -1;
    });
    if (move) { all[at].focus({ preventScroll: true }); all[at].scrollIntoView({ block: "nearest" }); }
  }

  function step(to, way) {
    const link = queue().querySelector("[data-key-" + way + "]");
    if (link) link.click(); else show(to, true);
  }

  function press(key) {
    const row = rows()[at];
    const scope = row || queue();
    const target = (scope && scope.querySelector('[data-key="' + key + '"]')) || queue().querySelector('[data-key-any="' + key + '"]');
    if (!target || target.disabled) return false;
    target.click();
    return true;
  }

  // The page's own dialog takes the keys of every page in; without one these are shown alone.
  function help() {
    const common = document.querySelector("dialog[data-keys-common]");
    const own = document.querySelector("dialog[data-keys]");
    if (own && common && !own.querySelector("[data-keys-of-all]")) {
      const words = Array.from(common.querySelectorAll("[data-keys-of-all]"));
      own.querySelector("form").before(...words.map(function (one) { const copy = one.cloneNode(true); copy.removeAttribute("id"); return copy; }));
    }
    const dialog = own || common;
    if (!dialog || document.querySelector("dialog[open]")) return false;
    dialog.showModal();
    return true;
  }

  function work(event, key) {
    const onControl = event.target.closest("a, button, summary, input");
    if (key === "j") step(at + 1, "next");
    else if (key === "k") step(at < 0 ? 0 : at - 1, "previous");
    else if (key === "Enter" && !onControl) return press("open");
    else if (/^[a-z1-9]$/.test(key)) return press(key);
    else return false;
    return true;
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target.closest("input:not([type=radio], [type=checkbox]), select, textarea, [contenteditable], dialog[open]")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const isDone = key === "?" ? help() : Boolean(queue()) && work(event, key);
    if (isDone) event.preventDefault();
  });

  document.addEventListener("focusin", function (event) {
    const row = event.target.closest("[data-queue-row]");
    if (row && rows().indexOf(row) !== at) show(rows().indexOf(row), false);
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-keys-open]")) help();
  });
  document.addEventListener("htmx:afterSettle", function () {
    if (queue() && at >= 0) show(at, !document.activeElement || document.activeElement === document.body);
  });
})();
