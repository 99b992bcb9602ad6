// codes - geometry in the space of codes; no DOM.

const mix = (a, b, t) => a.map((v, i) => (1 - t) * v + t * b[i]);

const distance = (a, b) => Math.sqrt(a.reduce((sum, v, i) => sum + (v - b[i]) ** 2, 0));

// Index of the row nearest to the code, -1 where there are no rows.
function nearest(rows, code) {
  let best = -1, least = Infinity;
  rows.forEach((row, i) => {
    const d = distance(row, code);
    if (d < least) [best, least] = [i, d];
  });
  return best;
}

// The plane of the map: the code itself in two dimensions, otherwise the first two principal
// components.  at: where a code lies on it.  moved: the code after a step within the plane.
function makePlane(data) {
  if (data.code === 2)
    return {
      names: ["code 1", "code 2"],
      at: code => [code[0], code[1]],
      moved: (code, dx, dy) => Float64Array.of(code[0] + dx, code[1] + dy),
    };
  if (!data.plane) return null;
  const { mean, axes, shares } = data.plane;
  const dot = (axis, code) => axis.reduce((sum, v, i) => sum + v * (code[i] - mean[i]), 0);
  const percent = share => `${(100 * share).toFixed(0)} % of the variance`;
  return {
    names: [`first component, ${percent(shares[0])}`, `second component, ${percent(shares[1])}`],
    at: code => axes.map(axis => dot(axis, code)),
    moved: (code, dx, dy) => code.map((v, i) => v + dx * axes[0][i] + dy * axes[1][i]),
  };
}

// Least and largest value of each dimension with a margin; a prior's without rows.
function ranges(rows, width) {
  const low = new Array(width).fill(Infinity), high = new Array(width).fill(-Infinity);
  for (const row of rows)
    row.forEach((v, i) => {
      low[i] = Math.min(low[i], v);
      high[i] = Math.max(high[i], v);
    });
  return low.map((v, i) => {
    const length = high[i] - v;
    return length > 0 ? [v - 0.05 * length, high[i] + 0.05 * length] : [-3, 3];
  });
}

// The dimensions in which the rows differ most, most of all first.
function liveliest(rows, width, count) {
  const all = Array.from({ length: width }, (_, i) => i);
  if (width <= count || rows.length === 0) return all.slice(0, count);
  const spreadOf = all.map(i => {
    const mean = rows.reduce((sum, row) => sum + row[i], 0) / rows.length;
    return rows.reduce((sum, row) => sum + (row[i] - mean) ** 2, 0);
  });
  return all.sort((a, b) => spreadOf[b] - spreadOf[a]).slice(0, count).sort((a, b) => a - b);
}

// Draw from N(0, I): Box and Muller, 1958
function drawNormal(width) {
  return Float64Array.from({ length: width }, () =>
    Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random()));
}
