// Pickers of the Django admin post what is typed; a post carries the CSRF token.
"use strict";

(() => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  const jquery = window.django && window.django.jQuery;
  if (token && jquery) {
    jquery.ajaxSetup({ headers: { "X-CSRFToken": token.value } });
  }
})();
