// Draws [data-chart]: its JSON becomes bars or lines in the page's own colours, painted
// anew when these change. A bar or a point opens the rows that it counts; for keys and screen
// readers the table twin has the same doors.
(function () {
  "use strict";
  const root = document.documentElement;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)");
  const drawn = new Map();
  const SHAPES = ["circle", "triangle", "rect", "rectRot", "star"];
  const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3], [1, 2]];
  const WRITERS = {
    count: new Intl.NumberFormat("en-US"),
    usd: new Intl.NumberFormat("en-US", { style: "currency", currency: "USD" }),
    percent: new Intl.NumberFormat("en-US", { style: "unit", unit: "percent", maximumFractionDigits: 1 }),
  };
  const SHORT = {
    count: new Intl.NumberFormat("en-US", { notation: "compact" }),
    usd: new Intl.NumberFormat("en-US", { style: "currency", currency: "USD", notation: "compact" }),
    percent: WRITERS.percent,
  };

  // A token may be made of other tokens, or mixed: the browser says what it comes to.
  function painter(place) {
    const probe = document.createElement("span");
    probe.hidden = true;
    place.append(probe);
    const color = function (token) {
      probe.style.color = "var(" + token + ")";
      return getComputedStyle(probe).color;
    };
    const found = {
      tone: Object.fromEntries(["info", "success", "warning", "danger", "neutral"].map(function (one) {
        return [one, color("--ah-chart-" + one)];
      })),
      words: color("--tblr-secondary"),
      line: color("--ah-line"),
      ground: color("--tblr-bg-surface"),
      text: color("--tblr-body-color"),
      font: getComputedStyle(document.body).fontFamily,
    };
    probe.remove();
    return found;
  }

  function dataset(series, at, kind, paint) {
    const color = paint.tone[series.tone] || paint.tone.info;
    const common = { label: series.label, data: series.values, borderColor: color, hoverBorderColor: color };
    if (kind === "line") {
      return Object.assign(common, {
        backgroundColor: color, borderWidth: 2, borderDash: DASHES[at % DASHES.length], tension: 0.2,
        pointStyle: SHAPES[at % SHAPES.length], pointRadius: 4, pointHoverRadius: 6, pointHitRadius: 12,
      });
    }
    return Object.assign(common, {
      backgroundColor: color, hoverBackgroundColor: color, borderColor: paint.ground, hoverBorderColor: paint.text,
      borderWidth: 1, borderRadius: 3, maxBarThickness: 40,
    });
  }

  function options(data, paint, box) {
    const stacked = data.kind === "stacked";
    const words = { color: paint.words, font: { family: paint.font, size: 12 } };
    return {
      responsive: true,
      maintainAspectRatio: false,
      animation: still.matches ? false : { duration: 250 },
      interaction: { mode: "nearest", intersect: data.kind !== "line" },
      scales: {
        x: { stacked: stacked, grid: { display: false }, border: { color: paint.line }, ticks: Object.assign({ maxRotation: 45, autoSkipPadding: 8 }, words) },
        y: {
          stacked: stacked, beginAtZero: true, grid: { color: paint.line }, border: { display: false },
          ticks: Object.assign({ maxTicksLimit: 6, precision: data.unit === "count" ? 0 : undefined, callback: function (value) { return SHORT[data.unit].format(value); } }, words),
        },
      },
      plugins: {
        legend: { display: data.series.length > 1, position: "bottom", labels: Object.assign({ usePointStyle: data.kind === "line", boxWidth: 12, boxHeight: 12, pointStyleWidth: 12 }, words) },
        tooltip: {
          titleFont: { family: paint.font }, bodyFont: { family: paint.font }, usePointStyle: data.kind === "line",
          callbacks: { label: function (item) { return item.dataset.label + ": " + WRITERS[data.unit].format(item.raw); } },
        },
      },
      onHover: function (event, found) { box.classList.toggle("is-door", Boolean(door(data, found))); },
      onClick: function (event, found) {
        const url = door(data, found);
        if (url) window.location.assign(url);
      },
    };
  }

  function door(data, found) {
    return found.length ? data.series[found[0].datasetIndex].urls[found[0].index] : "";
  }

  function draw(place) {
    const canvas = place.querySelector("canvas");
    if (!canvas || drawn.has(canvas)) return;
    const data = JSON.parse(place.dataset.chart);
    const paint = painter(place);
    drawn.set(canvas, new window.Chart(canvas, {
      type: data.kind === "line" ? "line" : "bar",
      data: { labels: data.labels, datasets: data.series.map(function (one, at) { return dataset(one, at, data.kind, paint); }) },
      options: options(data, paint, canvas.parentElement),
    }));
  }

  function forget() {
    drawn.forEach(function (chart, canvas) {
      if (canvas.isConnected) return;
      chart.destroy();
      drawn.delete(canvas);
    });
  }

  function drawAll() {
    forget();
    document.querySelectorAll("[data-chart]").forEach(draw);
  }

  function paintAnew() {
    drawn.forEach(function (chart) { chart.destroy(); });
    drawn.clear();
    drawAll();
  }

  drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
  new MutationObserver(paintAnew).observe(root, { attributes: true, attributeFilter: ["data-bs-theme"] });
  still.addEventListener("change", paintAnew);
})();
