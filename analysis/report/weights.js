// weights - from the bytes of the page to numbers; no DOM.

function bytesOf(base64) {
  return Uint8Array.from(atob(base64), c => c.charCodeAt(0));
}

// IEEE binary16: 1 bit of sign, 5 of exponent, 10 of fraction
function half(h) {
  const e = h >> 10 & 31, f = h & 1023;
  const a = e ? (1024 + f) * 2 ** (e - 25) : f * 2 ** -24;
  return h >> 15 ? -a : a;
}

// One variable at byte `at`; gives its numbers and where the next one begins.
function readVariable(v, view, at, format) {
  const w = new Float32Array(v.count);
  if (v.vector || format === "float32") {
    for (let i = 0; i < v.count; i++, at += 4) w[i] = view.getFloat32(at, true);
  } else if (format === "float16") {
    for (let i = 0; i < v.count; i++, at += 2) w[i] = half(view.getUint16(at, true));
  } else {
    for (let i = 0; i < v.count; i += v.row) {
      const scale = view.getFloat32(at, true);
      at += 4;
      for (let k = 0; k < v.row; k++) w[i + k] = scale * view.getInt8(at++);
    }
  }
  return [w, at];
}

// Give every layer its `weights`; false where the page holds none.
function readWeights(data) {
  if (data.weights.format === "none") return false;
  const view = new DataView(bytesOf(data.weights.data).buffer);
  let at = 0;
  for (const l of data.layers)
    l.weights = l.variables.map(v => {
      const [w, next] = readVariable(v, view, at, data.weights.format);
      at = next;
      return w;
    });
  return true;
}

// rows[count][width] of an array of 16-bit steps from low to high
function readArray(a) {
  const bytes = bytesOf(a.data), step = (a.high - a.low) / 65535;
  const width = bytes.length / 2 / a.count, rows = [];
  for (let i = 0, at = 0; i < a.count; i++) {
    const row = new Float64Array(width);
    for (let k = 0; k < width; k++, at += 2)
      row[k] = a.low + step * (bytes[at] | bytes[at + 1] << 8);
    rows.push(row);
  }
  return rows;
}
