// explorer - one code, the picture that the decoder makes of it, and the ways to change it.

const SLIDERS = 32, FRAMES = 9;

// What the panels share: the code that has been chosen, or for a moment another one.
function makeState(data, start) {
  const listeners = [];
  let chosen = start, shown = start, waiting = false;
  function show(code) {
    shown = code;
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      const image = decode(data, shown);
      for (const listener of listeners) listener(shown, image, shown === chosen);
    });
  }
  return {
    chosen: () => chosen,
    choose: code => show(chosen = code),
    preview: code => show(code || chosen),
    listen: listener => listeners.push(listener),
  };
}

// ---- map and picture

function makeReadout(rows, labels) {
  const element = el("p", { class: "readout", "aria-live": "polite" });
  return {
    element,
    say(code, at) {
      const i = nearest(rows, code), where = at || (code.length <= 2 ? [...code] : null);
      const place = where ? `At ${where.map(signed).join(", ")}. ` : "";
      const name = i < 0 ? "" : labels ? `a ${labels[i]} (row ${i})` : `row ${i}`;
      element.textContent = place + (name ? `Nearest test sample: ${name}.` : "");
    },
  };
}

function makeButtons(data, state, rows) {
  const row = el("div", { class: "buttons" });
  const button = (name, code) =>
    row.append(el("button", { type: "button", onclick: () => state.choose(code()) }, name));
  if (data.variational) button("Draw from N(0, I)", () => drawNormal(data.code));
  if (rows.length) button("A test code", () => rows[Math.floor(Math.random() * rows.length)]);
  button("Zero", () => new Float64Array(data.code));
  return row;
}

// A map with its legend and words.
function makeChart(map, points, labels, names) {
  const words = `${points.length.toLocaleString("en")} test codes` +
    `${labels ? ", coloured by label" : ""}; across: ${names[0]}, upward: ${names[1]}.`;
  return el("div", { class: "chart" }, map.element, labels ? makeLegend(labels) : "",
    el("p", { class: "note" }, words));
}

// Codes of so many numbers that one can only look.
function makeStill(data, labels) {
  const points = readArray(data.points), names = ["first component", "second component"];
  const map = makeMap({ points, labels, range: ranges(points, 2), names });
  return makeChart(map, points, labels, names);
}

function makeBoard(data, state, rows, labels) {
  const plane = makePlane(data);
  const picture = makePicture(data.image, "What the decoder makes of the code");
  const readout = makeReadout(rows, labels);
  const side = el("div", { class: "side" }, picture.element, readout.element,
    makeButtons(data, state, rows));
  const board = el("div", { class: plane ? "board" : "board narrow" }, side);
  let map = null;
  if (plane) {
    const points = rows.map(plane.at);
    const moved = (x, y) => {
      const [x0, y0] = plane.at(state.chosen());
      return plane.moved(state.chosen(), x - x0, y - y0);
    };
    map = makeMap({
      points, labels, range: ranges(points, 2), names: plane.names,
      preview: (x, y) => state.preview(x === null ? null : moved(x, y)),
      choose: (x, y) => state.choose(moved(x, y)),
    });
    board.prepend(makeChart(map, points, labels, plane.names));
  }
  state.listen((code, image, settled) => {
    picture.draw(image);
    if (map) map.move(plane.at(code));
    if (settled) readout.say(code, plane && plane.at(code));
  });
  return { element: board, path: (a, b) => map && map.move(plane.at(state.chosen()), [plane.at(a), plane.at(b)]) };
}

// ---- sliders

function makeSlider(state, dimension, [low, high]) {
  const id = `code-${dimension}`, text = el("output", { for: id });
  const input = el("input", {
    type: "range", id, min: low, max: high, step: "any",
    oninput: () => {
      const code = Float64Array.from(state.chosen());
      code[dimension] = Number(input.value);
      state.choose(code);
    },
  });
  state.listen((code, image, settled) => {
    if (settled && document.activeElement !== input) input.value = code[dimension];
    text.textContent = signed(code[dimension]);
  });
  return el("div", { class: "slider" }, el("label", { for: id }, `code ${dimension + 1}`), input, text);
}

function makeSliders(data, state, rows) {
  const shown = liveliest(rows, data.code, SLIDERS), all = ranges(rows, data.code);
  const name = shown.length < data.code
    ? `Sliders: the ${shown.length} of ${data.code} numbers that vary most`
    : `Sliders: the ${data.code} numbers of the code`;
  const panel = el("details", { class: "sliders" }, el("summary", {}, name),
    el("div", {}, ...shown.map(i => makeSlider(state, i, all[i]))));
  panel.open = data.code <= 10;
  return panel;
}

// ---- between two test samples

function makeChoice(picks, name, title, chosen, onchange) {
  const set = el("fieldset", { class: "choice" }, el("legend", {}, title));
  picks.codes.forEach((code, i) => {
    const words = `row ${picks.rows[i]}` + (picks.labels ? `, a ${picks.labels[i]}` : "");
    const thumb = makePicture(picks.shape, words, "thumb");
    thumb.draw(picks.images[i]);
    const input = el("input", { type: "radio", name, value: i, "aria-label": words, onchange: () => onchange(i) });
    input.checked = i === chosen;
    set.append(el("label", { title: words }, input, thumb.element));
  });
  return set;
}

function makeBetween(data, state, picks, board) {
  const ends = [0, 1].map(k => (picks.labels ? picks.labels.findIndex(v => v !== picks.labels[0]) : 1) * k);
  if (ends[1] < 1) ends[1] = 1;
  const picture = makePicture(data.image, "Between the two");
  const frames = Array.from({ length: FRAMES }, (_, k) => makePicture(data.image, `t = ${k}/${FRAMES - 1}`, "step"));
  const text = el("output", { for: "between-t" });
  const at = t => mix(picks.codes[ends[0]], picks.codes[ends[1]], t);
  const slider = el("input", {
    type: "range", id: "between-t", min: 0, max: 1, step: 0.01, value: 0.5,
    oninput: () => { turn(); state.choose(at(Number(slider.value))); },
  });
  function turn() {
    const t = Number(slider.value);
    text.textContent = `t = ${t.toFixed(2)}`;
    picture.draw(decode(data, at(t)));
    board.path(at(0), at(1));
  }
  function change(k, i) {
    ends[k] = i;
    frames.forEach((frame, n) => frame.draw(decode(data, at(n / (FRAMES - 1)))));
    turn();
  }
  const panel = el("div", { class: "between" }, el("h3", {}, "Between two test samples"),
    el("div", { class: "choices" },
      makeChoice(picks, "from", "From", ends[0], i => change(0, i)),
      makeChoice(picks, "to", "To", ends[1], i => change(1, i))),
    el("div", { class: "turn" }, picture.element,
      el("div", {}, el("div", { class: "slider" }, el("label", { for: "between-t" }, "mix"), slider, text),
        el("div", { class: "strip" }, ...frames.map(frame => frame.element)),
        el("p", { class: "note" }, "code = (1 \u2212 t) from + t to, decoded; the ends are reconstructions."))));
  change(0, ends[0]);
  return panel;
}

// ---- the whole

function describe(data) {
  const rounded = {
    float32: "with the weights as trained (float32)",
    float16: "with weights rounded to 16 bits (float16)",
    int8: "with weights rounded to 8 bits (int8, one scale a row)",
  }[data.weights.format];
  const off = data.weights.error > 0
    ? `; over test codes its pixels are at most ${data.weights.error} off those of the program` : "";
  const corrupts = data.layers.some(l => l.kind === "noise" || l.kind === "dropout")
    ? " Noise and dropout act in training only; here they let everything pass." : "";
  const many = data.points
    ? ` The code has ${data.code.toLocaleString("en")} numbers, too many to move in.` : "";
  return `The decoder runs in this page, ${rounded}${off}.${corrupts}${many}`;
}

function startExplorer() {
  const source = document.getElementById("data"), stage = document.getElementById("stage");
  if (!source || !stage) return;
  const data = JSON.parse(source.textContent);
  if (!readWeights(data)) {
    stage.append(el("p", { class: "absent" }, "The decoder has too many weights for a page of 3 MB."));
    return;
  }
  const rows = data.codes ? readArray(data.codes) : [];
  const labels = data.labels ? bytesOf(data.labels) : null;
  const picks = data.picks && {
    shape: data.image, rows: data.picks.rows, labels: data.picks.labels,
    codes: readArray(data.picks.codes), images: readArray(data.picks.images),
  };
  const start = rows.length ? rows[0] : picks ? picks.codes[0] : new Float64Array(data.code);
  const state = makeState(data, start), board = makeBoard(data, state, rows, labels);
  stage.append(el("p", { class: "note" }, describe(data)));
  if (!data.points) stage.append(board.element);
  if (rows.length || data.code <= SLIDERS) stage.append(makeSliders(data, state, rows));
  if (picks) stage.append(makeBetween(data, state, picks, board));
  if (data.points) stage.append(makeStill(data, labels));
  state.choose(start);
  window.hourglass = { layers: data.layers, decode: code => Array.from(decode(data, code)) };
}

startExplorer();
