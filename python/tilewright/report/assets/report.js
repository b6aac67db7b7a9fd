// Draws the charts in the colours of the theme, sorts and filters the table, opens layers.
"use strict";
(() => {
  const charts = JSON.parse(document.getElementById("charts").textContent);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const drawn = new Set();

  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

  // The page's data names what depends on the theme: "@text", "@muted", "@scale".
  const themed = (value) => {
    if (value === "@scale") return [[0, colour("scale-low")], [1, colour("scale-high")]];
    if (typeof value === "string" && value.startsWith("@")) return colour(value.slice(1));
    if (Array.isArray(value)) return value.map(themed);
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, themed(item)]));
    }
    return value;
  };

  const axis = (own) => ({
    automargin: true,
    exponentformat: "SI",
    gridcolor: colour("line"),
    linecolor: colour("line"),
    zerolinecolor: colour("line"),
    fixedrange: true,
    ...themed(own || {}),
  });

  const layout = (own) => ({
    ...themed(own),
    xaxis: axis(own.xaxis),
    yaxis: axis(own.yaxis),
    font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("text") },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 48, r: 14, t: 8, b: 40 },
    legend: {
      orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom", traceorder: "normal",
      ...own.legend,
    },
    hoverlabel: {
      bgcolor: colour("card"), bordercolor: colour("line"), font: { color: colour("text") },
      align: "left", namelength: -1,
    },
    hovermode: "closest",
    dragmode: false,
    bargap: 0.25,
  });

  const draw = (box) => {
    const chart = charts[Number(box.dataset.chart)];
    // Plotly keeps what it is given and adds to it.
    Plotly.react(box, themed(chart.data), layout(chart.layout), {
      responsive: true, displaylogo: false, displayModeBar: false,
    });
    drawn.add(box);
  };

  const drawInside = (root) => {
    for (const box of root.querySelectorAll(".chart")) {
      const closed = box.closest("details.layer:not([open])");
      if (!closed && !drawn.has(box)) draw(box);
    }
  };
  dark.addEventListener("change", () => drawn.forEach(draw));

  for (const layer of document.querySelectorAll("details.layer")) {
    layer.addEventListener("toggle", () => layer.open && drawInside(layer));
  }
  const setAll = (open) => {
    for (const layer of document.querySelectorAll("details.layer")) layer.open = open;
  };
  document.getElementById("open-all")?.addEventListener("click", () => setAll(true));
  document.getElementById("close-all")?.addEventListener("click", () => setAll(false));
  window.addEventListener("beforeprint", () => drawn.forEach((box) => Plotly.Plots.resize(box)));

  // A link to a layer opens it.
  const openTarget = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (target && target.matches("details.layer")) {
      target.open = true;
      drawInside(target);
      target.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", openTarget);
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#layer-']");
    if (link && link.hash === location.hash) openTarget();
  });

  const table = document.querySelector("table.sorts");
  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return "key" in cell.dataset ? Number(cell.dataset.key) : cell.textContent;
  };
  const compare = (a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b
      : String(a).localeCompare(String(b), undefined, { numeric: true });
  const sortBy = (heads, column) => {
    const head = heads[column];
    const was = head.getAttribute("aria-sort");
    // Of numbers the largest are wanted first.
    const first = head.classList.contains("number") ? "descending" : "ascending";
    const other = first === "ascending" ? "descending" : "ascending";
    const order = was === first ? other : first;
    heads.forEach((one) => one.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const body = table.tBodies[0];
    const rows = [...body.rows];
    rows.sort((a, b) => sign * compare(keyOf(a, column), keyOf(b, column)));
    body.append(...rows);
  };
  const filter = document.getElementById("filter");
  const showMatching = () => {
    const wanted = filter.value.trim().toLowerCase();
    const rows = [...table.tBodies[0].rows];
    let shown = 0;
    for (const row of rows) {
      row.hidden = !row.textContent.toLowerCase().includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("shown").textContent = wanted ? `${shown} of ${rows.length}` : "";
  };
  if (table) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) =>
      head.querySelector("button")?.addEventListener("click", () => sortBy(heads, column)));
    filter.addEventListener("input", showMatching);
  }

  drawInside(document);
  openTarget();
  document.documentElement.dataset.ready = "true";
})();
