// What the numbers of a code say: KL, spread, distribution, correlation.

const mostBars = 64;

function klChart(run) {
  const {codes, facts} = run, order = codes.order.slice(0, mostBars), values = codes.kl || codes.variance;
  const total = codes.kl ? codes.kl.reduce((a, b) => a + b, 0) : null;
  const useful = codes.kl ? codes.kl.filter((kl) => kl > .1).length : null;
  const more = codes.width > mostBars ? ` The first ${mostBars} of ${codes.width}.` : "";
  return barChart(order.map((j) => values[j]), {
    title: codes.kl ? "KL of each dimension, nats" : "Variance of each dimension", x: "dimension, sorted", names: order,
    highlight: (i) => codes.variance[order[i]] > activeLimit,
    label: codes.kl ? `KL per dimension: ${useful} of ${codes.width} above 0.1 nats` : "variance per dimension",
    note: (codes.kl ? `${useful} of ${codes.width} dimensions say more than 0.1 nats; all together ${fixed(total, 2)}.` : facts.claim === "none" ? "The model has no KL: its codes are not drawn." : "There is no KL of single dimensions: the prior is learned, a flow bends the posterior, or labels are guessed.") + ` Filled: active, a mean that varies by more than ${activeLimit}.` + more,
  });
}

// How many dimensions have means of which variance: two separate groups, where training is done.
function activeChart(run) {
  const low = -6, high = 1, count = 14, bins = new Array(count).fill(0);
  for (const variance of run.codes.variance) {
    const place = Math.floor(((Math.log10(Math.max(variance, 1e-9)) - low) / (high - low)) * count);
    ++bins[Math.max(0, Math.min(count - 1, place))];
  }
  const start = (i) => low + (i * (high - low)) / count;
  return barChart(bins, {
    title: "Variances of the means", x: "log₁₀ of the variance", names: bins.map((_, i) => format(start(i), 2)),
    highlight: (i) => start(i) >= Math.log10(activeLimit) - 1e-9, label: "histogram of the variances of means",
    note: "Filled: active. Two groups apart tell that the count of active dimensions means something; one broad group, that it does not yet.",
  });
}

// A small histogram of one dimension over the density of N(0, 1).
function smallHistogram(run, place) {
  const {counts, low, high} = run.codes.histograms[place], width = 150, height = 84;
  const total = counts.reduce((a, b) => a + b, 0) || 1, step = (high - low) / counts.length;
  const densities = counts.map((n) => n / total / step), normal = (x) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const most = Math.max(...densities, run.facts.normal_prior ? .42 : 0);
  const y = (value) => height - 14 - (value / most) * (height - 18);
  const each = width / counts.length, j = run.codes.order[place];
  const plot = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `distribution of z${j}`});
  densities.forEach((value, i) => plot.append(svg("rect", {x: i * each, width: Math.max(.5, each - .4), y: y(value), height: height - 14 - y(value), fill: color(0), opacity: .75})));
  if (run.facts.normal_prior) {
    const line = Array.from({length: 61}, (_, i) => `${i ? "L" : "M"}${(i / 60) * width} ${y(normal(low + (i / 60) * (high - low))).toFixed(1)}`).join("");
    plot.append(svg("path", {d: line, fill: "none", stroke: "var(--ink)", "stroke-width": 1.6, "stroke-dasharray": "5 3"}));
  }
  plot.append(svg("text", {x: 0, y: height - 2}, format(low, 2)), svg("text", {x: width, y: height - 2, "text-anchor": "end"}, format(high, 2)));
  return element("li", {style: "width:150px"}, element("figure", {}, plot, element("figcaption", {}, dimensionName(run, j))));
}

function distributions(run) {
  const count = Math.min(12, run.codes.histograms.length), beside = run.facts.normal_prior;
  return element("div", {}, element("h3", {}, beside ? "q(z) of each dimension, beside N(0, 1)" : "The numbers of each dimension"),
    element("p", {class: "note"}, `${run.codes.drawn ? "Drawn from q(z|x)" : "Codes"} of ${format(run.codes.examples)} test ${kindOf(run).many}${beside ? "; the dashed line is N(0, 1), from which new codes are drawn" : ""}.`),
    element("ul", {class: "pictures"}, Array.from({length: count}, (_, i) => smallHistogram(run, i))));
}

function correlationChart(run) {
  const places = run.codes.correlations.map((_, i) => i).filter((i) => run.codes.variance[run.codes.order[i]] > activeLimit);
  if (places.length < 2) return null;
  const rows = places.map((i) => places.map((j) => run.codes.correlations[i][j])), names = places.map((i) => `z${run.codes.order[i]}`);
  let largest = [0, 0, 0];
  rows.forEach((row, i) => row.forEach((value, j) => { if (j < i && Math.abs(value) > Math.abs(largest[0])) largest = [value, i, j]; }));
  return circleMatrix(rows, names, "Correlations of active dimensions",
    `Size: how strong. Filled: they rise together; hollow: one falls as the other rises. The largest: ${format(largest[0], 2)}, of ${names[largest[1]]} and ${names[largest[2]]}.`);
}

function codebookChart(run) {
  const {codebook, perplexity, unused, places, examples} = run.codes;
  return barChart(codebook.slice(0, 256), {
    title: "How often each vector of the codebook is used", x: "vectors, by their frequency", names: codebook.map((_, i) => i + 1), label: "use of the codebook",
    note: `An image is ${places} vectors, each one of the ${codebook.length} in the codebook; perplexity ${format(perplexity)}: as if so many were used equally often; ${unused} never came up in ${format(examples)} test images. A codebook has no KL per dimension.`,
  });
}

function showLatents(body, run) {
  const {codes} = run;
  if (codes.codebook) { body.append(element("div", {class: "columns"}, codebookChart(run))); return; }
  body.append(element("div", {class: "columns"}, klChart(run), activeChart(run)), distributions(run), element("div", {class: "columns"}, correlationChart(run)));
}
