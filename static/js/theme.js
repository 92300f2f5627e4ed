// Light, dark or as the device. Runs before the first paint; the choice is kept in the cookie
// `theme`, which the server reads, so that a page never flashes in the wrong colours.
(function () {
  "use strict";
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const choices = ["light", "dark", "auto"];

  function apply() {
    const choice = root.dataset.theme;
    const isDark = choice === "dark" || (choice !== "light" && dark.matches);
    root.dataset.bsTheme = isDark ? "dark" : "light";
    document.querySelectorAll("[data-set-theme]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === choice));
    });
  }

  root.classList.add("js");
  const kept = document.cookie.match(/(?:^|;\s*)theme=(\w+)/);
  if (kept && choices.includes(kept[1])) root.dataset.theme = kept[1];
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("beforeprint", function () { root.dataset.bsTheme = "light"; });
  window.addEventListener("afterprint", apply);
  document.addEventListener("DOMContentLoaded", apply);
  document.addEventListener("click", function (event) {
    const button = event.target.closest("[data-set-theme]");
    if (!button) return;
    root.dataset.theme = button.dataset.setTheme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = "theme=" + button.dataset.setTheme + "; Path=/; Max-Age=31536000; SameSite=Lax" + secure;
    apply();
  });
})();
