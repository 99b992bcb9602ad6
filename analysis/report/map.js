// map - the test codes as points of a plane, and a mark that one moves over them.
//
// Coordinates are those of the plane.  preview(x, y) while a mouse passes over the map,
// preview(null) when it leaves, choose(x, y) on a click, a touch or an arrow key.  Without
// `choose` the map is a picture.

// Those of the scatter among the figures: Tableau 10.
const colours = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd",
                 "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"];

// From the eleventh label on they come again, mixed with white (above 0) or black (below).
const tints = [0, 0.45, -0.4, 0.25, -0.2, 0.62];

function colourOf(label) {
  const tint = tints[Math.floor(label / colours.length) % tints.length];
  return "#" + [1, 3, 5].map(at => {
    const part = parseInt(colours[label % colours.length].slice(at, at + 2), 16);
    return Math.round(part + tint * (tint > 0 ? 255 - part : part)).toString(16).padStart(2, "0");
  }).join("");
}

// About `want` round numbers within low..high
function ticks(low, high, want) {
  const rough = (high - low) / want, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find(k => k * power >= rough) || 10), found = [];
  for (let v = Math.ceil(low / step) * step; v <= high; v += step)
    found.push(Math.abs(v) < step / 1e6 ? 0 : v);
  return found;
}

const label = v => String(Number(v.toPrecision(6))).replace("-", "\u2212");

function makeMap({ points, labels, range, names, preview, choose }) {
  const words = `Map of ${points.length} test codes; across: ${names[0]}; upward: ${names[1]}.`;
  const canvas = el("canvas", choose ? {
    class: "map", tabindex: 0, role: "application", "aria-roledescription": "map of codes",
    "aria-label": `${words} Arrow keys move the mark, with Shift in larger steps.`,
  } : { class: "map still", role: "img", "aria-label": words });
  const back = document.createElement("canvas"), [[x0, x1], [y0, y1]] = range;
  let side = 0, mark = [0, 0], path = null;

  const toX = x => (x - x0) / (x1 - x0) * side;
  const toY = y => (y1 - y) / (y1 - y0) * side;
  const style = name => getComputedStyle(canvas).getPropertyValue(name).trim();

  function drawGrid(g) {
    g.lineWidth = 1;
    g.font = "11px system-ui, sans-serif";
    for (const x of ticks(x0, x1, 6)) {
      g.strokeStyle = style("--line");
      g.strokeRect(Math.round(toX(x)) + 0.5, -1, 0, side + 2);
      g.fillStyle = style("--soft");
      g.fillText(label(x), toX(x) + 4, side - 5);
    }
    for (const y of ticks(y0, y1, 6)) {
      g.strokeStyle = style("--line");
      g.strokeRect(-1, Math.round(toY(y)) + 0.5, side + 2, 0);
      g.fillStyle = style("--soft");
      g.fillText(label(y), 4, toY(y) - 4);
    }
  }

  const paints = points.map((_, i) => colourOf(labels ? labels[i] : 0));

  function drawPoints(g) {
    const radius = points.length > 1500 ? 1.7 : 2.6;
    points.forEach(([x, y], i) => {
      g.fillStyle = paints[i];
      g.globalAlpha = 0.8;
      g.beginPath();
      g.arc(toX(x), toY(y), radius, 0, 2 * Math.PI);
      g.fill();
    });
    g.globalAlpha = 1;
  }

  // What does not move: redrawn when the size or the theme changes.
  function drawBack() {
    const scale = window.devicePixelRatio || 1;
    side = canvas.clientWidth;
    for (const c of [canvas, back]) c.width = c.height = Math.max(1, Math.round(side * scale));
    const g = back.getContext("2d");
    g.scale(scale, scale);
    drawGrid(g);
    drawPoints(g);
    draw();
  }

  function drawPath(g) {
    if (!path) return;
    g.strokeStyle = style("--ink");
    g.lineWidth = 1.5;
    g.setLineDash([5, 4]);
    g.beginPath();
    g.moveTo(toX(path[0][0]), toY(path[0][1]));
    g.lineTo(toX(path[1][0]), toY(path[1][1]));
    g.stroke();
    g.setLineDash([]);
  }

  function drawMark(g) {
    if (!choose) return;
    const x = toX(mark[0]), y = toY(mark[1]);
    for (const [colour, width] of [[style("--paper"), 5], [style("--ink"), 2]]) {
      g.strokeStyle = colour;
      g.lineWidth = width;
      g.beginPath();
      g.arc(x, y, 9, 0, 2 * Math.PI);
      g.stroke();
    }
  }

  function draw() {
    const g = canvas.getContext("2d"), scale = canvas.width / side;
    g.setTransform(1, 0, 0, 1, 0, 0);
    g.clearRect(0, 0, canvas.width, canvas.height);
    g.drawImage(back, 0, 0);
    g.setTransform(scale, 0, 0, scale, 0, 0);
    drawPath(g);
    drawMark(g);
  }

  const place = event => {
    const box = canvas.getBoundingClientRect();
    const clip = v => Math.min(1, Math.max(0, v));
    return [x0 + clip((event.clientX - box.left) / box.width) * (x1 - x0),
            y1 - clip((event.clientY - box.top) / box.height) * (y1 - y0)];
  };

  function listen() {
    canvas.addEventListener("pointermove", event =>
      (event.buttons ? choose : preview)(...place(event)));
    canvas.addEventListener("pointerdown", event => {
      canvas.setPointerCapture(event.pointerId);
      choose(...place(event));
    });
    canvas.addEventListener("pointerleave", () => preview(null));
    canvas.addEventListener("keydown", event => {
      const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
      if (!step || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      const share = event.shiftKey ? 0.1 : 0.02;
      const clip = (v, [low, high]) => Math.min(high, Math.max(low, v));
      choose(clip(mark[0] + step[0] * share * (x1 - x0), range[0]),
             clip(mark[1] + step[1] * share * (y1 - y0), range[1]));
    });
  }

  if (choose) listen();
  new ResizeObserver(drawBack).observe(canvas);
  document.addEventListener("themechange", drawBack);

  return {
    element: canvas,
    move(at, line) {
      mark = at;
      if (line !== undefined) path = line;
      if (side) draw();
    },
  };
}

// The colours and what they stand for.
function makeLegend(labels) {
  const kinds = [...new Set(labels)].sort((a, b) => a - b);
  const list = el("ul", { class: "legend", "aria-label": "Colours of the labels" });
  for (const k of kinds) {
    const dot = el("span", { "aria-hidden": "true" });
    dot.style.background = colourOf(k);
    list.append(el("li", {}, dot, String(k)));
  }
  return list;
}
