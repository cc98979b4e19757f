// Charts as SVG: lines with values to read by mouse or keyboard, bars, histograms.

const dashes = ["", "7 4", "2 3", "9 3 2 3", "12 4", "4 2"];

function niceStep(range, count) {
  const raw = range / count, power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 2.5, 5, 10].map((n) => n * power).find((step) => step >= raw);
}

function ticksOf(low, high, count) {
  if (!(high > low)) return [low];
  const step = niceStep(high - low, count), ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; ++i) ticks.push(i * step);
  return ticks;
}

function logTicks(low, high) {
  const ticks = [];
  for (let e = Math.floor(Math.log10(low)); 10 ** e <= high; ++e)
    for (const n of [1, 2, 5]) if (n * 10 ** e >= low && n * 10 ** e <= high) ticks.push(n * 10 ** e);
  return ticks.length > 1 ? ticks : [low, high];
}

// From values to places: linear or logarithmic.
function scaleOf(values, from, to, {log = false, pad = 0} = {}) {
  let low = Math.min(...values), high = Math.max(...values);
  if (!(high > low)) { low -= Math.abs(low) / 10 || .5; high += Math.abs(high) / 10 || .5; }
  const f = log ? Math.log : (x) => x;
  const margin = (f(high) - f(low)) * pad, a = f(low) - margin, b = f(high) + margin;
  const place = (x) => from + ((f(x) - a) / (b - a)) * (to - from);
  const ticks = (count) => (log ? logTicks(low, high) : ticksOf(a, b, count));
  return {place, ticks, low, high};
}

const view = {width: 560, height: 280, left: 58, right: 14, top: 12, bottom: 42};

function axes(x, y, labels) {
  const {width, height, left, right, top, bottom} = view, group = svg("g");
  let before = -Infinity;
  for (const tick of y.ticks(5)) {
    const at = y.place(tick);
    group.append(svg("line", {class: "axis", x1: left, x2: width - right, y1: at, y2: at}),
      svg("text", {x: left - 7, y: at + 4, "text-anchor": "end"}, format(tick, 3)));
  }
  for (const tick of x.ticks(7)) {
    const at = x.place(tick);
    if (at - before < 34 || (labels.x === "epoch" && !Number.isInteger(tick))) continue;
    before = at;
    group.append(svg("text", {x: at, y: height - bottom + 17, "text-anchor": "middle"}, format(tick, 3)));
  }
  group.append(svg("rect", {class: "frame", x: left, y: top, width: width - left - right, height: height - top - bottom}),
    svg("text", {x: (left + width - right) / 2, y: height - 7, "text-anchor": "middle"}, labels.x));
  return group;
}

// Marks at the ends of lines: a shape for each series, so that color is not needed.
function mark(shape, x, y, paint) {
  const shapes = {
    0: svg("circle", {cx: x, cy: y, r: 3.5}),
    1: svg("rect", {x: x - 3, y: y - 3, width: 6, height: 6}),
    2: svg("path", {d: `M${x} ${y - 4.5}l4 7h-8z`}),
    3: svg("path", {d: `M${x} ${y - 4.5}l4.5 4.5l-4.5 4.5l-4.5 -4.5z`}),
  };
  return fill(shapes[shape % 4], {fill: paint}, []);
}

function legend(series) {
  return element("ul", {class: "legend"}, series.map((one, i) => element("li", {},
    svg("svg", {viewBox: "0 0 32 12", "aria-hidden": "true"},
      svg("line", {x1: 0, x2: 32, y1: 6, y2: 6, stroke: color(one.color ?? i), "stroke-width": 2.2, "stroke-dasharray": dashes[(one.dash ?? i) % dashes.length]}),
      mark(one.dash ?? i, 16, 6, color(one.color ?? i))), one.name)));
}

// Points that can be shown: pairs of numbers, above 0 where the scale is logarithmic.
const visible = (points, log) => points.filter(([x, y]) => Number.isFinite(x) && Number.isFinite(y) && x != null && y != null && (!log || y > 0));

// series: [{name, points: [[x, y], …]}]; x, y: names of the axes; marks: [{x, name}].
function drawLines(series, options) {
  const {width, height, left, right, top, bottom} = view;
  const shown = series.map((one) => visible(one.points, options.log));
  const all = shown.flat();
  if (all.length === 0) return null;
  const x = scaleOf(all.map((p) => p[0]), left, width - right, {pad: .01});
  const y = scaleOf(all.map((p) => p[1]), height - bottom, top, {log: options.log, pad: .04});
  const picture = svg("svg", {viewBox: `0 0 ${width} ${height}`, tabindex: 0, role: "img", "aria-label": `${options.title}: ${series.map((s) => s.name).join(", ")} over ${options.x}`});
  picture.append(axes(x, y, options));
  for (const {x: at, name} of options.marks || [])
    picture.append(svg("line", {class: "guide", x1: x.place(at), x2: x.place(at), y1: top, y2: height - bottom}),
      svg("text", {x: x.place(at) + (x.place(at) > width / 2 ? -5 : 5), y: top + 14, "text-anchor": x.place(at) > width / 2 ? "end" : "start"}, name));
  shown.forEach((points, i) => {
    const paint = color(series[i].color ?? i), dash = series[i].dash ?? i;
    const path = points.map(([a, b], n) => `${n ? "L" : "M"}${x.place(a).toFixed(1)} ${y.place(b).toFixed(1)}`).join("");
    picture.append(svg("path", {d: path, fill: "none", stroke: paint, "stroke-width": 2, "stroke-dasharray": dashes[dash % dashes.length], "stroke-linejoin": "round"}));
    for (const [a, b] of options.dots || points.length < 3 ? points : points.slice(-1)) picture.append(mark(dash, x.place(a), y.place(b), paint));
  });
  return {picture, x, shown};
}

// Lets one read values: the guide goes to the nearest x under the mouse, or with the arrow keys.
function addReading({picture, x, shown}, series, options, readout) {
  const {left, right, top, bottom, width, height} = view;
  const places = [...new Set(shown.flat().map((p) => p[0]))].sort((a, b) => a - b);
  const guide = svg("line", {class: "guide", y1: top, y2: height - bottom, visibility: "hidden"});
  picture.append(guide);
  let at = places.length - 1;
  const show = () => {
    const place = x.place(places[at]);
    fill(guide, {x1: place, x2: place, visibility: "visible"}, []);
    const values = shown.map((points, i) => [series[i].name, points.find((p) => p[0] === places[at])]);
    readout.textContent = `${options.x} ${format(places[at])}: ` +
      values.filter(([, p]) => p).map(([name, p]) => `${name} ${format(p[1], 5)}`).join("; ");
  };
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const place = ((event.clientX - box.left) / box.width) * width;
    if (place < left || place > width - right) return;
    places.forEach((each, i) => { if (Math.abs(x.place(each) - place) < Math.abs(x.place(places[at]) - place)) at = i; });
    show();
  });
  picture.addEventListener("keydown", (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -places.length, End: places.length}[event.key];
    if (!step) return;
    event.preventDefault();
    at = Math.max(0, Math.min(places.length - 1, at + step));
    show();
  });
}

// A chart with its title, legend and values. toggle: linear or logarithmic, where all is above 0.
function lineChart(series, options) {
  const figure = element("figure", {class: "chart"}), readout = element("p", {class: "readout", "aria-live": "polite"});
  const positive = series.every((one) => visible(one.points).every((p) => p[1] > 0));
  const draw = (log) => {
    const drawn = drawLines(series, {...options, log});
    if (!drawn) return false;
    addReading(drawn, series, options, readout);
    const old = figure.querySelector("svg.plot");
    drawn.picture.setAttribute("class", "plot");
    if (old) old.replaceWith(drawn.picture); else figure.append(drawn.picture);
    return true;
  };
  figure.append(element("h3", {}, options.title));
  if (!draw(false)) return null;
  figure.append(legend(series));
  if (options.note) figure.append(element("figcaption", {}, options.note));
  if (options.toggle && positive) figure.append(logSwitch(draw));
  figure.append(readout);
  return figure;
}

function logSwitch(draw) {
  const toggle = button("Logarithmic", () => {
    const log = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", log);
    draw(log);
  }, {"aria-pressed": "false"});
  return element("div", {class: "controls"}, toggle);
}

// Upright bars with a name below each; values: numbers from 0 up; highlight(i): in the first color.
function barChart(values, options) {
  const {width, left, right, top} = view, height = 220, bottom = 36;
  const y = scaleOf([0, Math.max(...values, 1e-9)], height - bottom, top);
  const each = (width - left - right) / values.length;
  const picture = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": options.label});
  for (const tick of y.ticks(4)) {
    const at = y.place(tick);
    picture.append(svg("line", {class: "axis", x1: left, x2: width - right, y1: at, y2: at}),
      svg("text", {x: left - 7, y: at + 4, "text-anchor": "end"}, format(tick, 3)));
  }
  const every = Math.ceil(26 / each);
  values.forEach((value, i) => {
    const at = left + i * each, over = y.place(value);
    const on = !options.highlight || options.highlight(i);
    picture.append(svg("rect", {x: at + each * .12, width: each * .76, y: over, height: Math.max(.5, height - bottom - over), fill: on ? color(0) : "none", stroke: on ? "none" : "var(--soft)"},
      svg("title", {}, `${options.names[i]}: ${format(value)}`)));
    if (i % every === 0) picture.append(svg("text", {x: at + each / 2, y: height - bottom + 15, "text-anchor": "middle"}, options.names[i]));
  });
  picture.append(svg("text", {x: (left + width - right) / 2, y: height - 4, "text-anchor": "middle"}, options.x));
  return element("figure", {class: "chart"}, element("h3", {}, options.title), picture, options.note ? element("figcaption", {}, options.note) : null);
}

// Correlations as circles by size: filled where two rise together, hollow where one falls.
function circleMatrix(rows, names, title, note) {
  const n = rows.length, cell = 16, short = names.map((name) => shortened(name, 18));
  const margin = 14 + 5.2 * Math.max(...short.map((name) => [...name].length)), size = margin + n * cell, upright = margin < 40;
  const plot = svg("svg", {viewBox: `0 0 ${size + 1} ${size + 1}`, role: "img", "aria-label": title, style: `max-width:${size * 1.5}px`});
  rows.forEach((row, i) => row.forEach((value, j) => {
    if (i === j || Math.abs(value) < .03) return;
    plot.append(svg("circle", {cx: margin + (j + .5) * cell, cy: margin + (i + .5) * cell, r: Math.max(1, Math.sqrt(Math.abs(value)) * cell * .48), fill: value > 0 ? color(0) : "none", stroke: value > 0 ? "none" : color(1), "stroke-width": 1.6},
      svg("title", {}, `${names[i]}, ${names[j]}: ${format(value, 2)}`)));
  }));
  short.forEach((name, i) => {
    const at = margin + (i + .5) * cell;
    plot.append(svg("text", {x: margin - 5, y: at + 3, "text-anchor": "end", style: "font-size:9px"}, name),
      svg("text", {x: at, y: margin - 6, "text-anchor": upright ? "middle" : "start", transform: upright ? null : `rotate(-90 ${at} ${margin - 6}) translate(0 3)`, style: "font-size:9px"}, name));
  });
  plot.append(svg("rect", {class: "frame", x: margin, y: margin, width: n * cell, height: n * cell}));
  return element("figure", {class: "chart"}, element("h3", {}, title), plot, note ? element("figcaption", {}, note) : null);
}
