// What every page needs around htmx: say when a request failed, follow a lost sign-in, put the
// focus where the answer asks for it ([data-focus]) unless somebody is at work elsewhere, stop
// double submits; keep the current tab in sight; begin at the row that the address names.
(function () {
  "use strict";
  const words = document.currentScript.dataset;

  function complain(text) {
    const region = document.getElementById("messages");
    if (!region) return;
    const alert = document.createElement("div");
    alert.className = "alert tone-danger";
    const words = document.createElement("div");
    words.className = "alert-words";
    words.textContent = text;
    alert.append(words);
    region.replaceChildren(alert);
    alert.scrollIntoView({ block: "nearest" });
  }

  function focusIn(root) {
    const wanted = root.querySelector("[data-focus]");
    const now = document.activeElement;
    if (wanted && (!now || now === document.body || wanted.getAttribute("role") === "alert")) wanted.focus();
  }

  // Of tabs that do not fit beside each other the current one is in sight.
  function showTab(root) {
    root.querySelectorAll(".tabs").forEach(function (tabs) {
      const now = tabs.querySelector("[aria-current]");
      if (now) tabs.scrollLeft = now.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - now.offsetWidth) / 2;
    });
  }

  function startAtRow() {
    const row = location.hash && document.getElementById(location.hash.slice(1));
    if (row && row.matches("[data-queue-row]")) row.focus();
  }

  document.addEventListener("DOMContentLoaded", function () { focusIn(document); startAtRow(); showTab(document); });
  document.addEventListener("htmx:afterSettle", function (event) { focusIn(event.detail.elt); showTab(event.detail.elt); });

  document.addEventListener("htmx:beforeSwap", function (event) {
    const url = event.detail.xhr.responseURL || "";
    if (!url.includes("/accounts/login/") || location.pathname.startsWith("/accounts/login/")) return;
    event.detail.shouldSwap = false;
    location.reload();
  });

  // What goes is no anchor for the place where somebody has scrolled to: what comes stands before it
  // for a moment, and the browser would follow what goes down the page.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.shouldSwap) event.detail.target.classList.add("is-going");
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    event.detail.target.classList.remove("is-going");
  });

  document.addEventListener("htmx:responseError", function (event) {
    const status = event.detail.xhr.status;
    if (status === 403) complain(words.forbidden);
    else if (status === 404) complain(words.gone);
    else complain(words.failed.replace("{status}", status));
  });
  document.addEventListener("htmx:sendError", function () {
    complain(words.offline);
  });
  document.addEventListener("htmx:timeout", function () {
    complain(words.slow);
  });

  // A search box asks while somebody types; leaving it must not ask a second time.
  document.addEventListener("change", function (event) {
    if (event.target.matches("form[hx-trigger] input[type=search]")) event.stopPropagation();
  }, true);

  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.target || form.hasAttribute("hx-post")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    window.setTimeout(function () { delete form.dataset.sent; }, 8000);
  });
  // What was typed into a form that is on its way is asked about no more: by then the answer may have
  // signed somebody in, who has another token.
  document.addEventListener("htmx:beforeRequest", function (event) {
    const form = event.detail.elt.closest("form");
    if (form && form !== event.detail.elt && form.dataset.sent) event.preventDefault();
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
