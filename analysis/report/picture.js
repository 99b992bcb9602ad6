// picture - elements, and a sample shown as what it is: an image, or a row of numbers.

// An element with attributes and children; on...: listeners.
function el(tag, attributes = {}, ...children) {
  const e = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith("on")) e.addEventListener(name.slice(2), value);
    else e.setAttribute(name, value);
  e.append(...children);
  return e;
}

// "-1.50" with a minus sign as long as a plus
const signed = v => v.toFixed(2).replace("-", "\u2212");

// Pixels from 0 (black) to 1 (white), one or three channels.
function drawImage(canvas, [h, w, c], values) {
  const image = new ImageData(w, h);
  for (let i = 0; i < h * w; i++) {
    for (let k = 0; k < 3; k++) image.data[4 * i + k] = 255 * values[i * c + (c === 3 ? k : 0)] + 0.5;
    image.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// A bar for each number; the longest absolute value so far is as long as there is room.
function drawBars(list, values) {
  list.longest = Math.max(list.longest || 1e-9, ...Array.from(values, Math.abs));
  while (list.children.length < values.length)
    list.append(el("li", {}, el("span"), el("output")));
  values.forEach((v, i) => {
    const [bar, text] = list.children[i].children;
    bar.style.width = `${70 * Math.abs(v) / list.longest}%`;
    text.textContent = signed(v);
  });
}

// {element, draw(values)} for samples of that shape.
function makePicture(shape, label, kind = "picture") {
  const [h, w] = shape;
  if (h < 2 || w < 2) {
    const list = el("ol", { class: `values ${kind}`, "aria-label": label });
    return { element: list, draw: values => drawBars(list, values) };
  }
  const canvas = el("canvas", { class: kind, width: w, height: h, role: "img", "aria-label": label });
  return { element: canvas, draw: values => drawImage(canvas, shape, values) };
}
