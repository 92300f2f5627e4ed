// Replaces the content of [data-poll] with its address's answer until the delivery has ended.
"use strict";

for (const place of document.querySelectorAll("[data-poll]")) {
  const look = async () => {
    const state = place.querySelector("[data-state]")?.dataset.state;
    if (state === "sent" || state === "refused") return;
    try {
      const answer = await fetch(place.dataset.poll, { cache: "no-store" });
      const text = await answer.text();
      if (answer.ok && text !== place.dataset.shown) {
        place.dataset.shown = text;
        place.innerHTML = text;
      }
    } catch {
      // The sandbox is restarting; the next look will tell.
    }
    setTimeout(look, 1000);
  };
  setTimeout(look, 500);
}
