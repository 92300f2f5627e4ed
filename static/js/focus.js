// Keeps the focus when htmx replaces what has it. htmx itself finds an element with the same id
// again; here the others are found: the same link or button in what has come, else what data-then
// names, else the one that took its place, else the part that was replaced. A part that is left
// empty gives the focus back to the link that filled it; Escape leaves a form that has a
// [data-leave]. What somebody saw stays in sight, and nothing scrolls to what they did not see.
(function () {
  "use strict";
  const CONTROLS = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
  let last = null;
  let held = null;
  const openers = new Map();

  function isLost() { return !document.activeElement || document.activeElement === document.body; }

  function isSeen(one) {
    const box = one.getBoundingClientRect();
    return box.bottom > 0 && box.top < window.innerHeight;
  }

  function words(one) { return (one.getAttribute("aria-label") || one.textContent).replace(/[\d.,]+/g, "").trim(); }

  // What tells a control from others beside it.
  function who(one) {
    const form = one.form || one.closest("form");
    return [one.tagName, one.getAttribute("href"), one.name, one.type === "text" ? "" : one.value, form && form.getAttribute("action"), words(one)].join("\u0001");
  }

  // Its classes but for those that htmx adds while it waits for an answer.
  function css(one) { return (one.getAttribute("class") || "").replace(/\bhtmx-\S+/g, "").trim(); }

  // What it has in common with others of its sort: the same button of another row.
  function sort(one) { return [one.tagName, css(one), one.name, words(one)].join("\u0001"); }

  function among(all, one, of) { return all.filter(function (other) { return of(other) === of(one); }).indexOf(one); }

  function controls(root) { return Array.from(root.querySelectorAll(CONTROLS)); }

  function note(event) {
    const now = isLost() ? last : document.activeElement;
    const isOff = now && now.matches(":disabled");
    held = null;
    if (!now || (isLost() && !isOff)) return;
    const root = event.detail.target;
    const inside = root && root.contains(now);
    if (root && root.id && !inside) openers.set(root.id, now);
    const all = controls(inside ? root : document);
    held = {
      element: now, inside: inside, isSeen: isSeen(now), root: root && root.id, who: who(now), sort: sort(now),
      twin: among(all, now, who), place: among(all, now, sort), css: css(now), line: among(all, now, css),
      then: (now.closest("[data-then]") || { dataset: {} }).dataset.then,
    };
  }

  function find() {
    const root = (held.inside && held.root && document.getElementById(held.root)) || document.getElementById("content");
    const all = controls(root).filter(function (one) { return !one.disabled && one.getClientRects().length; });
    function at(fit, place) {
      const found = all.filter(fit);
      return found[Math.min(Math.max(place, 0), found.length - 1)];
    }
    const next = at(function (one) { return who(one) === held.who; }, held.twin)
      || (held.then && root.querySelector(held.then))
      || at(function (one) { return sort(one) === held.sort; }, held.place)
      || (held.css && at(function (one) { return css(one) === held.css; }, held.line));
    if (next) return next;
    if (!root.hasAttribute("tabindex")) root.tabIndex = -1;
    return root;
  }

  // Before a queue has its say, which would put the focus on the row.
  function giveBack() {
    const root = held && held.inside && isLost() && document.getElementById(held.root);
    const opener = root && !controls(root).length && openers.get(held.root);
    if (!opener || !opener.isConnected) return;
    held = null;
    opener.focus({ preventScroll: true });
  }

  function keep() {
    if (!held) return;
    const isThere = held.element.isConnected;
    if (isThere && held.element.disabled) return; // it is enabled again when the request is over
    const wanted = isLost() && (isThere ? held.element : find());
    const seen = held.isSeen;
    held = null;
    if (!wanted) return;
    wanted.focus({ preventScroll: true });
    if (seen && !isSeen(wanted)) wanted.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("keydown", function (event) {
    const form = event.key === "Escape" && !event.defaultPrevented && event.target.closest("form");
    const leave = form && form.querySelector("[data-leave]");
    if (!leave) return;
    event.preventDefault();
    leave.click();
  });
  document.addEventListener("focusin", function (event) { last = event.target; });
  document.addEventListener("htmx:beforeSwap", note);
  document.addEventListener("htmx:afterSettle", giveBack, true);
  // After every other script has had its say: they hear it on the document.
  window.addEventListener("htmx:afterSettle", keep);
  window.addEventListener("htmx:afterRequest", keep);
})();
