// An image of one's own: what the encoder says of it, and what the decoder makes of that.

const draws = 8;

class Drawing {
  constructor(run, changed) {
    const [, height, width] = shapeOf(run);
    this.run = run;
    this.changed = changed;
    this.pixels = new Float32Array(sizeOf(run));
    this.cursor = [Math.floor(width / 2), Math.floor(height / 2)];
    this.keys = false;
    this.canvas = canvasOf(shapeOf(run), 280, "your image: draw with the mouse, or focus it, move by arrows and paint with space");
    this.canvas.classList.add("picture");
    fill(this.canvas, {tabindex: 0, role: "application"}, []);
    this.canvas.style.touchAction = "none";
    this.canvas.style.cursor = "crosshair";
    this.listen();
  }

  show() {
    const shape = shapeOf(this.run);
    drawPixels(this.canvas, this.pixels, shape);
    if (this.keys) {
      const context = this.canvas.getContext("2d");
      context.fillStyle = "#ff8f52";
      context.fillRect(this.cursor[0], this.cursor[1], 1, 1);
    }
    this.changed(this.pixels);
  }

  set(pixels) { this.pixels = Float32Array.from(pixels); this.show(); }

  // A round brush, its rim gray; binarized models see black and white.
  paint(x, y) {
    const [channels, height, width] = shapeOf(this.run), radius = Math.max(1, width / 20);
    const binary = this.run.facts.config.binarize && this.run.facts.config.binarize !== "none";
    for (let b = Math.floor(y - radius - 1); b <= y + radius + 1; ++b)
      for (let a = Math.floor(x - radius - 1); a <= x + radius + 1; ++a) {
        if (a < 0 || b < 0 || a >= width || b >= height) continue;
        const gray = Math.max(0, Math.min(1, radius + .5 - Math.hypot(a + .5 - x, b + .5 - y)));
        const value = binary ? Number(gray > .5) : gray;
        for (let c = 0; c < channels; ++c) {
          const at = (c * height + b) * width + a;
          this.pixels[at] = Math.max(this.pixels[at], value);
        }
      }
  }

  listen() {
    let drawing = false;
    const place = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * this.canvas.width, ((event.clientY - box.top) / box.height) * this.canvas.height];
    };
    this.canvas.addEventListener("pointerdown", (event) => { drawing = true; this.keys = false; this.canvas.setPointerCapture(event.pointerId); this.paint(...place(event)); this.show(); });
    this.canvas.addEventListener("pointermove", (event) => { if (drawing) { this.paint(...place(event)); this.show(); } });
    this.canvas.addEventListener("pointerup", () => { drawing = false; });
    this.canvas.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const [, height, width] = shapeOf(this.run), way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
    if (!way && event.key !== " ") return;
    event.preventDefault();
    this.keys = true;
    if (way) this.cursor = [Math.max(0, Math.min(width - 1, this.cursor[0] + way[0])), Math.max(0, Math.min(height - 1, this.cursor[1] + way[1]))];
    if (event.key === " " || event.shiftKey) this.paint(this.cursor[0] + .5, this.cursor[1] + .5);
    this.show();
  }
}

// What a pixel costs, in nats; without a likelihood of zeros and ones, its squared error.
function costs(run, x, p, offset) {
  const nats = run.facts.likelihood === "bernoulli", size = x.length, found = new Float32Array(size);
  for (let i = 0; i < size; ++i) {
    const q = Math.max(1e-6, Math.min(1 - 1e-6, p[offset + i]));
    found[i] = nats ? -x[i] * Math.log(q) - (1 - x[i]) * Math.log(1 - q) : (x[i] - p[offset + i]) ** 2;
  }
  return {found, nats};
}

function gaussianKl(mean, logVariance) {
  return mean.reduce((sum, m, j) => sum + .5 * (m * m + Math.exp(logVariance[j]) - 1 - logVariance[j]), 0);
}

// A dot for the mean and a line for two deviations, for each of the first dimensions.
function posteriorChart(run, mean, logVariance) {
  const order = run.codes.order.slice(0, 12), width = 420, row = 20, left = 110;
  const ends = order.map((j) => Math.abs(mean[j]) + (logVariance ? 2 * Math.exp(logVariance[j] / 2) : 0));
  const most = Math.max(3, ...ends), x = (value) => left + ((value + most) / (2 * most)) * (width - left - 10);
  const plot = svg("svg", {viewBox: `0 0 ${width} ${row * order.length + 24}`, role: "img", "aria-label": "q(z|x) of the first dimensions"});
  for (const tick of ticksOf(-most, most, 5)) plot.append(svg("line", {class: "axis", x1: x(tick), x2: x(tick), y1: 0, y2: row * order.length}), svg("text", {x: x(tick), y: row * order.length + 16, "text-anchor": "middle"}, format(tick, 2)));
  order.forEach((j, i) => {
    const y = (i + .5) * row, deviation = logVariance ? Math.exp(logVariance[j] / 2) : 0;
    plot.append(svg("text", {x: 0, y: y + 4}, dimensionName(run, j)), svg("line", {x1: x(mean[j] - 2 * deviation), x2: x(mean[j] + 2 * deviation), y1: y, y2: y, stroke: color(0), "stroke-width": 3}), svg("circle", {cx: x(mean[j]), cy: y, r: 4.5, fill: color(0)}));
  });
  return element("figure", {class: "chart"}, element("h3", {}, logVariance ? "q(z|x): mean and two deviations" : "Its code"), plot);
}

// Eight draws of its code, decoded; those of a code that follows from the image are one.
function ownDraws(run, mean, logVariance) {
  const {width} = run.codes, count = logVariance ? draws : 1, next = normalNumbers(7), codes = new Float32Array(count * width);
  for (let i = 0; i < codes.length; ++i) codes[i] = mean[i % width] + (logVariance ? Math.exp(logVariance[i % width] / 2) * next() : 0);
  return {codes, count};
}

// Where a bound is of an image and its label, all labels are as probable.
const labelNats = (run) => (run.facts.model === "semi-supervised" ? Math.log(run.facts.config.examples.classes) : 0);

function ownBound(run, total, kl, count) {
  if (run.facts.claim === "none") return `Squared error per pixel: ${format(total, 3)}.`;
  if (run.facts.likelihood !== "bernoulli") return `Squared error of the decoded means, per pixel: ${format(total, 3)}. The bound under a ${run.facts.likelihood} likelihood is in tools/score.`;
  const words = `Reconstruction ${fixed(total, 1)} nats`;
  if (kl == null) return `${words}, ${count === 1 ? "of one code" : `the mean of ${count} draws`}.`;
  const name = run.facts.claim === "cross entropy" ? "−(cross entropy + KL), no bound" : run.facts.bound_in_words;
  return `${words} + KL ${fixed(kl, 1)} nats: ${name} ${fixed(-total - kl - labelNats(run), 1)} nats, by ${count} draws of the code.`;
}

function showOwnResult(node, run, pixels, label) {
  const {mean, log_variance: logVariance} = encode(run, pixels, 1, label), shape = shapeOf(run), size = sizeOf(run);
  const {codes, count} = ownDraws(run, mean, logVariance), images = decode(run, codes, count, label);
  const heat = new Float32Array(shape[1] * shape[2]), pictures = [];
  let total = 0, nats = false;
  for (let i = 0; i < count; ++i) {
    const cost = costs(run, pixels, images, i * size);
    nats = cost.nats;
    cost.found.forEach((value, p) => { heat[p % heat.length] += value / count; total += value / count; });
    const canvas = canvasOf(shape, 56, "a decoded draw");
    drawPixels(canvas, images, shape, i * size);
    pictures.push(picture(canvas));
  }
  const map = canvasOf(shape, 168, "cost of each pixel");
  drawHeat(map, heat, Math.max(...heat, nats ? 1 : .05));
  const kl = logVariance && run.facts.normal_prior ? gaussianKl(Array.from(mean), logVariance) : null;
  node.replaceChildren(posteriorChart(run, mean, logVariance), element("h3", {}, logVariance ? `${draws} draws from q(z|x), decoded` : "Decoded"), element("ul", {class: "pictures"}, pictures),
    element("h3", {}, "Where it is off"), map, element("p", {class: "note"}, `The brighter, the more a pixel costs, up to ${format(Math.max(...heat), 2)}${nats ? " nats" : ""}.`),
    element("p", {}, ownBound(run, nats ? total : total / size, kl, count)));
}

function showOwn(body, run) {
  const result = element("div", {"aria-live": "off"});
  let label = 0, waiting = false;
  const drawing = new Drawing(run, () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; showOwnResult(result, run, drawing.pixels, label); });
  });
  const picker = imagePicker(run, "take test image", 0, (i) => { if (run.shown.labels) label = run.shown.labels[i]; drawing.set(pixelsOf(run.shown.examples, i)); });
  const controls = element("div", {class: "controls"}, button("Clear", () => drawing.set(new Float32Array(sizeOf(run))), {id: "clear"}), picker);
  if (isTold(run, "decoder")) controls.append(classPicker(run, "it is told", 0, (chosen) => { label = chosen; drawing.show(); }));
  run.drawing = drawing;
  body.append(controls, element("div", {class: "columns"}, element("figure", {}, drawing.canvas, element("figcaption", {}, "Draw with the mouse or a finger. With keys: focus the image, move by arrows, paint with space, or hold shift to paint as you move.")), result));
  picker.start();
}
