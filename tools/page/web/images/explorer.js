// The decoder at one's fingertips: sliders, draws, a plane of two dimensions.

const sliderEnds = 3, firstSliders = 10, moreSliders = 32;

class Explorer {
  constructor(run) {
    this.run = run;
    this.code = middleCode(run);
    this.label = 0;
    this.temperature = 1;
    this.seed = 1;
    this.canvas = canvasOf(shapeOf(run), 280, "what the decoder makes of the sliders' code");
    this.canvas.classList.add("picture");
    this.sliders = element("div");
    this.plane = new Plane(this);
    this.makeSliders(firstSliders);
  }

  // In units of the prior's, or the codes', spread.
  unitsOf(j) { return (this.code[j] - middleOf(this.run, j)) / (spreadOf(this.run, j) || 1); }
  setUnits(j, units) { this.code[j] = middleOf(this.run, j) + units * (spreadOf(this.run, j) || 1); }

  show() {
    drawPixels(this.canvas, decode(this.run, this.code, 1, this.label), shapeOf(this.run));
    for (const {j, input, value} of this.inputs) {
      input.value = this.unitsOf(j);
      value.textContent = fixed(this.unitsOf(j), 2);
    }
  }

  makeSliders(count) {
    this.inputs = this.run.codes.order.slice(0, count).map((j) => {
      const value = element("output", {style: "min-width:3.2rem;text-align:right"});
      const input = element("input", {type: "range", min: -sliderEnds, max: sliderEnds, step: .05, value: this.unitsOf(j), "aria-label": `dimension ${j}`, oninput: () => { this.setUnits(j, Number(input.value)); this.show(); }});
      return {j, input, value};
    });
    this.sliders.replaceChildren(...this.inputs.map(({j, input, value}) =>
      element("label", {style: "display:grid;grid-template-columns:8.5rem 1fr 3.4rem;gap:.6rem;align-items:center;font-size:.9rem;font-variant-numeric:tabular-nums"}, dimensionName(this.run, j), input, value)));
    if (count < Math.min(moreSliders, this.run.codes.width)) this.sliders.append(button("More dimensions", () => { this.makeSliders(moreSliders); this.show(); }));
  }

  // From N(0, 1); where the prior is another, the code of a test image and some of its spread.
  draw() {
    const {run} = this, next = normalNumbers(this.seed++);
    const base = run.facts.normal_prior ? middleCode(run) : codeOf(run, Math.floor(Math.abs(next()) * 1e6) % run.shown.count);
    const spread = run.facts.normal_prior ? 1 : .3;
    this.code = base.map((value, j) => value + next() * this.temperature * spread * spreadOf(run, j));
    this.show();
  }

  take(code, label) {
    this.code = Float32Array.from(code);
    if (label != null) this.label = label;
    this.show();
    this.plane.draw();
  }

  controls() {
    const {run} = this, heat = element("output", {}, "1.00");
    const temperature = element("input", {type: "range", min: 0, max: 2, step: .05, value: 1, style: "width:8rem", oninput: () => { this.temperature = Number(temperature.value); heat.textContent = fixed(this.temperature, 2); }});
    const row = element("div", {class: "controls"},
      button(run.facts.normal_prior ? "Draw from the prior" : "Draw near a test image", () => this.draw(), {id: "draw"}),
      element("label", {}, "temperature", temperature, heat), button("To the middle", () => this.take(middleCode(run))),
      imagePicker(run, "take test image", 0, (i) => this.take(codeOf(run, i), run.shown.labels && run.shown.labels[i])));
    if (isTold(run, "decoder")) row.append(classPicker(run, "it is told", this.label, (label) => { this.label = label; this.show(); this.plane.draw(); }));
    return row;
  }
}

// Decoded codes on a grid of two dimensions, all others as the sliders have them.
class Plane {
  constructor(explorer) {
    const {run} = explorer, {order} = run.codes;
    this.explorer = explorer;
    this.axes = [order[0], order[Math.min(1, order.length - 1)]];
    const [, height, width] = shapeOf(run);
    this.side = width > 64 ? 5 : 11;
    this.canvas = element("canvas", {width: width * this.side, height: height * this.side, class: "picture", role: "img", "aria-label": "a grid of decoded images", style: `width:min(100%,${Math.max(width * this.side, 440)}px);cursor:pointer`});
    this.canvas.addEventListener("click", (event) => this.pick(event));
  }

  // Evenly over what N(0, 1) covers, or as many units of spread.
  units(i) { return this.side > 1 ? -2.2 + (4.4 * i) / (this.side - 1) : 0; }

  codeAt(column, row) {
    const {explorer} = this, code = Float32Array.from(explorer.code), {run} = explorer;
    const set = (j, units) => { code[j] = middleOf(run, j) + units * (spreadOf(run, j) || 1); };
    set(this.axes[1], this.units(this.side - 1 - row));
    set(this.axes[0], this.units(column));
    return code;
  }

  draw() {
    const {run, label} = this.explorer, {side} = this, {width} = run.codes, count = side * side;
    const codes = new Float32Array(count * width), shape = shapeOf(run);
    for (let i = 0; i < count; ++i) codes.set(this.codeAt(i % side, Math.floor(i / side)), i * width);
    const images = decode(run, codes, count, label), cell = element("canvas", {width: shape[2], height: shape[1]}), context = this.canvas.getContext("2d");
    for (let i = 0; i < count; ++i) {
      drawPixels(cell, images, shape, i * sizeOf(run));
      context.drawImage(cell, (i % side) * shape[2], Math.floor(i / side) * shape[1]);
    }
  }

  pick(event) {
    const box = this.canvas.getBoundingClientRect(), at = (part, size) => Math.min(this.side - 1, Math.floor((part / size) * this.side));
    this.explorer.take(this.codeAt(at(event.clientX - box.left, box.width), at(event.clientY - box.top, box.height)));
  }

  controls() {
    const {run} = this.explorer;
    const chooser = (axis, words) => {
      const select = element("select", {onchange: () => { this.axes[axis] = Number(select.value); this.draw(); }},
        run.codes.order.slice(0, 40).map((j) => element("option", {value: j, selected: j === this.axes[axis]}, dimensionName(run, j))));
      return element("label", {}, words, select);
    };
    return element("div", {class: "controls"}, chooser(0, "across"), chooser(1, "up"), button("Around the sliders' code", () => this.draw()));
  }
}

// What the picture is, and what a draw is where the prior is not N(0, 1).
function aboutDraws(run) {
  const {claim, normal_prior: normal} = run.facts, shown = claim === "none" ? "What the decoder makes of the code." : "The mean of p(x|z).";
  if (normal) return shown;
  const draw = "a draw is the code of a test image, moved by a part of the codes’ spread";
  return run.samples ? `${shown} The distribution of codes was learned, and is not in the page: ${draw}. “New images” shows draws from the distribution itself.` : `${shown} The model has no distribution of codes: ${draw}.`;
}

function showExplorer(body, run) {
  const explorer = new Explorer(run);
  run.explorer = explorer;
  body.append(explorer.controls(), element("div", {class: "columns"}, element("figure", {}, explorer.canvas, element("figcaption", {}, aboutDraws(run))), explorer.sliders),
    element("h3", {}, "A plane of codes"), element("p", {class: "note"}, "Two dimensions from −2.2 to 2.2 of their spread; the others are as the sliders have them. Click an image to take its code."),
    explorer.plane.controls(), explorer.plane.canvas);
  explorer.show();
  explorer.plane.draw();
}
