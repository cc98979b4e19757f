// Test examples as marks in a plane of two numbers of their codes.

const mapView = {width: 640, height: 520, pad: 26};

// What an axis can show: [name, i → place].
function axesOf(run) {
  const {codes} = run, choices = [], means = meansOf(run);
  (codes.principal ? codes.principal.components : []).forEach((direction, k) => {
    const share = fixed(100 * codes.principal.shares[k], 0);
    choices.push([`principal component ${k + 1} (${share} % of the variance)`, (i) => direction.reduce((sum, weight, j) => sum + weight * (means[i * codes.width + j] - codes.principal.mean[j]), 0)]);
  });
  for (const j of codes.order.slice(0, 40)) choices.push([`dimension ${dimensionName(run, j)}`, (i) => means[i * codes.width + j]]);
  return choices;
}

function nearestTo(run, i, count) {
  const {width} = run.codes, means = meansOf(run), distances = [];
  for (let k = 0; k < run.shown.count; ++k) {
    let sum = 0;
    for (let j = 0; j < width; ++j) sum += (means[k * width + j] - means[i * width + j]) ** 2;
    distances.push([sum, k]);
  }
  return distances.sort((a, b) => a[0] - b[0]).slice(1, count + 1).map(([sum, k]) => ({index: k, distance: Math.sqrt(sum)}));
}

function meanCode(run, indices) {
  const {width} = run.codes, mean = new Float32Array(width), means = meansOf(run);
  for (const i of indices) for (let j = 0; j < width; ++j) mean[j] += means[i * width + j] / indices.length;
  return mean;
}

// A letter or digit for a label: color alone would not do.
const glyphs = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

// What is beside the map: one example, its neighbors, or those that were chosen.
class MapPanel {
  constructor(run) {
    const {one} = kindOf(run);
    this.run = run;
    this.node = element("div", {"aria-live": "polite"}, element("p", {class: "note"}, `Point at a mark to see its ${one}; click it for its 10 nearest neighbors. Drag over an area to see the middle of what lies there. With keys: focus the map, move by arrows, press Enter.`));
    this.now = element("div");
    this.chosen = element("div");
    this.node.append(this.now, this.chosen);
  }
  point(i) {
    const {run} = this;
    this.now.replaceChildren(kindOf(run).node(run, run.shown.examples, i, labelWords(run, i)), element("p", {class: "note"}, labelWords(run, i)));
  }
  neighbors(i) {
    const {run} = this, {labels} = run.shown, kind = kindOf(run), found = nearestTo(run, i, 10);
    const same = labels ? found.filter((one) => labels[one.index] === labels[i]).length : null;
    const words = (one) => [labels ? className(run, labels[one.index]) : `${kind.one} ${one.index}`, element("br"), format(one.distance, 3)];
    this.chosen.replaceChildren(element("h3", {}, `Nearest to ${labelWords(run, i)}`),
      kind.list(run, run.shown.examples, found.map((one) => ({index: one.index, words: words(one)}))),
      element("p", {class: "note"}, `${same == null ? "" : `${same} of ${found.length} have its label. `}With each: the distance of the codes.`));
  }
  middle(indices, words) {
    this.chosen.replaceChildren(element("h3", {}, words), kindOf(this.run).middle(this.run, indices));
  }
}

class CodeMap {
  constructor(run, panel) {
    const {width, height} = mapView;
    this.run = run;
    this.panel = panel;
    this.choices = axesOf(run);
    this.coloring = kindOf(run).colorings(run)[0];
    this.axes = [0, Math.min(1, this.choices.length - 1)];
    this.at = 0;
    this.plot = svg("svg", {viewBox: `0 0 ${width} ${height}`, tabindex: 0, role: "application", "aria-label": "map of codes: arrows move, Enter shows neighbors", style: "cursor:crosshair;touch-action:none"});
    this.listen();
    this.draw();
  }

  draw() {
    const {width, height, pad} = mapView, {run} = this;
    const values = this.axes.map((a) => Array.from({length: run.shown.count}, (_, i) => this.choices[a][1](i)));
    const x = scaleOf(values[0], pad, width - pad), y = scaleOf(values[1], height - pad, pad);
    this.places = values[0].map((value, i) => [x.place(value), y.place(values[1][i])]);
    this.ring = svg("circle", {r: 11, fill: "none", stroke: "var(--ink)", "stroke-width": 2, visibility: "hidden"});
    this.brush = svg("rect", {fill: color(0), opacity: .2, visibility: "hidden"});
    this.plot.replaceChildren(svg("rect", {class: "frame", x: 1, y: 1, width: width - 2, height: height - 2}),
      ...this.places.map(([a, b], i) => svg("text", {x: a, y: b + 4.5, "text-anchor": "middle", style: `fill:${color(this.labelOf(i) ?? 0)};font-size:13px;font-weight:600`}, this.glyphOf(i))),
      this.brush, this.ring);
  }

  labelOf(i) { return this.coloring ? this.coloring.labels[i] : null; }
  glyphOf(i) { return this.coloring ? glyphs[this.labelOf(i) % glyphs.length] : "●"; }

  place(event) {
    const box = this.plot.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * mapView.width, ((event.clientY - box.top) / box.height) * mapView.height];
  }

  point(i) {
    this.at = i;
    fill(this.ring, {cx: this.places[i][0], cy: this.places[i][1], visibility: "visible"}, []);
    this.panel.point(i);
  }

  nearest([x, y]) {
    let best = 0, least = Infinity;
    this.places.forEach(([a, b], i) => {
      const far = (a - x) ** 2 + (b - y) ** 2;
      if (far < least) [best, least] = [i, far];
    });
    return best;
  }

  // The nearest mark in that direction: further off than across.
  step(dx, dy) {
    const [x, y] = this.places[this.at];
    let best = this.at, least = Infinity;
    this.places.forEach(([a, b], i) => {
      const along = (a - x) * dx + (b - y) * dy, across = Math.abs((a - x) * dy) + Math.abs((b - y) * dx);
      if (along > .5 && along >= across && along + 2 * across < least) [best, least] = [i, along + 2 * across];
    });
    this.point(best);
  }

  listen() {
    let from = null;
    this.plot.addEventListener("pointerdown", (event) => { from = this.place(event); this.plot.setPointerCapture(event.pointerId); });
    this.plot.addEventListener("pointermove", (event) => {
      const to = this.place(event);
      if (from) fill(this.brush, {x: Math.min(from[0], to[0]), y: Math.min(from[1], to[1]), width: Math.abs(to[0] - from[0]), height: Math.abs(to[1] - from[1]), visibility: "visible"}, []);
      else this.point(this.nearest(to));
    });
    this.plot.addEventListener("pointerup", (event) => {
      const to = this.place(event), start = from || to;
      from = null;
      fill(this.brush, {visibility: "hidden"}, []);
      if (Math.hypot(to[0] - start[0], to[1] - start[1]) < 6) { this.point(this.nearest(to)); this.panel.neighbors(this.at); } else this.choose(start, to);
    });
    this.plot.addEventListener("keydown", (event) => {
      const way = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]}[event.key];
      if (!way && event.key !== "Enter") return;
      event.preventDefault();
      if (way) this.step(...way); else this.panel.neighbors(this.at);
    });
  }

  choose(from, to) {
    const inside = (v, a, b) => v >= Math.min(a, b) && v <= Math.max(a, b);
    const indices = this.places.map((_, i) => i).filter((i) => inside(this.places[i][0], from[0], to[0]) && inside(this.places[i][1], from[1], to[1]));
    if (indices.length) this.panel.middle(indices, middleWords(this.run, indices));
  }
}

const middleWords = (run, indices, of = "") => kindOf(run) === kinds.image ? `The mean of ${indices.length} codes${of}, decoded` : `${Math.min(10, indices.length)} of ${indices.length} ${kindOf(run).many}${of}`;

// What marks stand for.
function mapLegend({coloring}) {
  if (!coloring) return [];
  return coloring.names.map((name, label) => coloring.labels.includes(label) &&
    element("li", {}, element("b", {style: `color:${color(label)}`}, glyphs[label % glyphs.length]), " ", shortened(name, 48))).filter(Boolean);
}

function choice(words, names, chosen, change) {
  const select = element("select", {onchange: () => change(Number(select.value))}, names.map((name, i) => element("option", {value: i, selected: i === chosen}, shortened(name, 48))));
  return element("label", {}, words, select);
}

function showMap(body, run) {
  const panel = new MapPanel(run), map = new CodeMap(run, panel), colorings = kindOf(run).colorings(run);
  const legend = element("ul", {class: "legend"}, mapLegend(map)), names = map.choices.map(([name]) => name);
  const controls = element("div", {class: "controls"}, ["across", "up"].map((words, k) => choice(words, names, map.axes[k], (i) => { map.axes[k] = i; map.draw(); })));
  if (colorings.length > 1) controls.append(choice("marks by", colorings.map(({name}) => name), 0, (i) => { map.coloring = colorings[i]; map.draw(); legend.replaceChildren(...mapLegend(map)); }));
  if (run.shown.labels) {
    controls.append(classPicker(run, "decode the mean of", 0, (label) => {
      const indices = run.shown.labels.map((l, i) => (l === label ? i : -1)).filter((i) => i >= 0);
      if (indices.length) panel.middle(indices, middleWords(run, indices, ` of ${className(run, label)}`));
    }));
  }
  body.append(controls, element("div", {class: "columns"}, element("figure", {class: "chart"}, map.plot, legend), panel.node));
  if (run.shown.count) panel.point(0);
}
