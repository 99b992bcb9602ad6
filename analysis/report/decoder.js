// decoder - the layers of a decoder as they are in evaluation, one sample at a time; no DOM.
//
// An image [h, w, c] is one array, channels last.  A layer gets x and gives y; its numbers are
// those of the model: in, out [h, w, c], window, stride, before, weights (the arrays that it
// has).  Sums are in double precision.

const activations = {
  "linear": v => v,
  "relu": v => v < 0 ? 0 : v,
  "leaky-relu": v => v < 0 ? 0.3 * v : v,
  "selu": v => 1.0507009873554805 * (v < 0 ? 1.6732632423543772 * Math.expm1(v) : v),
  "tanh": Math.tanh,
  "sigmoid": v => 1 / (1 + Math.exp(-v)),
};

const size = shape => shape[0] * shape[1] * shape[2];

// y[places, width] = b[width] at every place
function spread(b, places) {
  const y = new Float64Array(places * b.length);
  for (let at = 0; at < y.length; at += b.length) y.set(b, at);
  return y;
}

// y[o] = sum over i of x[i] w[i, o] + b[o]
function dense(l, x) {
  const [w, b] = l.weights, y = spread(b, 1), n = y.length;
  for (let i = 0; i < x.length; i++) {
    const v = x[i];
    if (v === 0) continue;
    for (let o = 0, at = i * n; o < n; o++, at++) y[o] += v * w[at];
  }
  return y;
}

// Call each(place, u, v, di, dj) wherever value (di, dj) of the window at place (i, j) lies
// inside an image of h x w: u = i s + di - before, v likewise.
function forWindow(l, places, h, w, each) {
  const [kh, kw] = l.window, [sh, sw] = l.stride, [top, left] = l.before;
  for (let i = 0; i < places[0]; i++)
    for (let di = 0; di < kh; di++) {
      const u = i * sh + di - top;
      if (u < 0 || u >= h) continue;
      for (let j = 0; j < places[1]; j++)
        for (let dj = 0; dj < kw; dj++) {
          const v = j * sw + dj - left;
          if (v >= 0 && v < w) each(i * places[1] + j, u * w + v, di * kw + dj);
        }
    }
}

// y[i, j, o] = sum over di, dj, k of x[u, v, k] w[di, dj, k, o] + b[o]
function conv(l, x) {
  const [w, b] = l.weights, [ih, iw, c] = l.in, n = l.out[2];
  const y = spread(b, l.out[0] * l.out[1]);
  forWindow(l, l.out, ih, iw, (place, pixel, tap) => {
    for (let k = 0; k < c; k++) {
      const v = x[pixel * c + k];
      if (v === 0) continue;
      let at = (tap * c + k) * n, to = place * n;
      for (let o = 0; o < n; o++) y[to++] += v * w[at++];
    }
  });
  return y;
}

// y[u, v, o] = sum over i, j, di, dj, k of x[i, j, k] w[di, dj, o, k] + b[o]: the window stands
// on y, at a place for each pixel of x
function convTranspose(l, x) {
  const [w, b] = l.weights, c = l.in[2], [oh, ow, n] = l.out;
  const y = spread(b, oh * ow);
  forWindow(l, l.in, oh, ow, (place, pixel, tap) => {
    for (let o = 0; o < n; o++) {
      let sum = 0, at = (tap * n + o) * c, from = place * c;
      for (let k = 0; k < c; k++) sum += x[from++] * w[at++];
      y[pixel * n + o] += sum;
    }
  });
  return y;
}

// y[i, j, k] = max over di, dj of x[u, v, k], inside the image
function maxpool(l, x) {
  const c = l.in[2], y = new Float64Array(size(l.out)).fill(-Infinity);
  forWindow(l, l.out, l.in[0], l.in[1], (place, pixel) => {
    for (let k = 0; k < c; k++)
      y[place * c + k] = Math.max(y[place * c + k], x[pixel * c + k]);
  });
  return y;
}

// y[u, v, k] = x[u / fh, v / fw, k], divisions without remainder
function upsample(l, x) {
  const [ih, iw, c] = l.in, [oh, ow] = l.out, y = new Float64Array(size(l.out));
  for (let u = 0; u < oh; u++)
    for (let v = 0; v < ow; v++) {
      const from = (Math.floor(u * ih / oh) * iw + Math.floor(v * iw / ow)) * c;
      for (let k = 0; k < c; k++) y[(u * ow + v) * c + k] = x[from + k];
    }
  return y;
}

// y = gamma (x - m) / sqrt(v + eps) + beta, m and v the averages that training remembers
function batchnorm(l, x) {
  const [gamma, beta, m, v] = l.weights, c = gamma.length;
  return Float64Array.from(x, (value, i) => {
    const k = i % c;
    return gamma[k] * (value - m[k]) / Math.sqrt(v[k] + 1e-3) + beta[k];
  });
}

// noise and dropout act in training only; flatten and reshape give the same values another shape
const same = (l, x) => x;

const kinds = {
  dense, conv, conv_transpose: convTranspose, maxpool, upsample, batchnorm,
  noise: same, dropout: same, flatten: same, reshape: same,
};

// The image of a code: all layers, and the sigmoid that training leaves to the loss.
function decode(model, code) {
  let x = Float64Array.from(code);
  for (const l of model.layers) {
    const y = kinds[l.kind](l, x), f = activations[l.activation];
    x = f === activations.linear ? y : y.map(f);
  }
  return model.logits ? x.map(activations.sigmoid) : x;
}
