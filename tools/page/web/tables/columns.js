// Marginals: what stands in each column, in the training rows and in rows that the model drew.

const mostMarginals = 36;
const barsView = {width: 300, height: 150, left: 30, top: 8, bottom: 22};

// Words beside bars that lie: two for each, the training rows' filled, the model's hollow.
function wordBars(column) {
  const names = [...column.names, "others"], used = names.map((_, i) => i).filter((i) => i < column.names.length || column.real[i] > 0 || column.generated[i] > 0);
  const most = Math.max(...column.real, ...column.generated, 1e-9), percent = (x) => `${(100 * x / most).toFixed(2)}%`;
  return element("table", {class: "bars"}, element("tbody", {}, used.map((i) => element("tr", {}, element("th", {scope: "row", title: names[i]}, names[i]),
    element("td", {class: "pair", "aria-hidden": "true"}, element("span", {class: "real", style: `width:${percent(column.real[i])}`}), element("span", {class: "made", style: `width:${percent(column.generated[i])}`})),
    element("td", {}, `${fixed(100 * column.real[i], 1)} %`), element("td", {}, `${fixed(100 * column.generated[i], 1)} %`)))));
}

// Bins of numbers: the training rows as filled bars, the model's as an outline over them.
function numberBars(column) {
  const {width, height, left, top, bottom} = barsView, {edges, real, generated, step} = column, n = real.length, each = (width - left - 4) / n;
  const from = (i) => format(edges[i] + step / 2, 4), to = (i) => format(edges[i + 1] - step / 2, 4);
  const y = scaleOf([0, Math.max(...real, ...generated, 1e-9)], height - bottom, top), x = (i) => left + i * each;
  const plot = svg("svg", {viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${column.name}: shares of cells from ${from(0)} to ${to(n - 1)}`});
  for (const tick of y.ticks(3)) plot.append(svg("line", {class: "axis", x1: left, x2: width - 4, y1: y.place(tick), y2: y.place(tick)}), svg("text", {x: left - 4, y: y.place(tick) + 4, "text-anchor": "end"}, fixed(100 * tick, 0)));
  real.forEach((share, i) => plot.append(svg("rect", {x: x(i), width: Math.max(.5, each - .6), y: y.place(share), height: y.place(0) - y.place(share), fill: color(0), opacity: .65})));
  const outline = generated.map((share, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y.place(share).toFixed(1)}H${x(i + 1).toFixed(1)}`).join("");
  plot.append(svg("path", {d: outline, fill: "none", stroke: color(1), "stroke-width": 2}));
  real.forEach((share, i) => plot.append(svg("rect", {x: x(i), width: each, y: top, height: height - top - bottom, fill: "transparent"}, svg("title", {}, `${i === 0 ? "up" : from(i)} ${i === n - 1 ? "and above" : `to ${to(i)}`}: ${fixed(100 * share, 1)} % real, ${fixed(100 * generated[i], 1)} % generated`))));
  [[0, "start", from(0)], [Math.floor(n / 2), "middle", from(Math.floor(n / 2))], [n, "end", to(n - 1)]].forEach(([i, anchor, words]) =>
    plot.append(svg("text", {x: x(i), y: height - 6, "text-anchor": anchor}, words)));
  return plot;
}

function marginal(run, column) {
  const nats = run.facts.evaluation && (run.facts.evaluation.nats_per_column || {})[column.name];
  const words = [`${column.kind}; ${format(column.seen)} cells.`, ` Apart by ${format(column.apart, 2)}`, column.test_apart == null ? "." : `, test rows by ${format(column.test_apart, 2)}.`, nats == null ? "" : ` ${fixed(nats, 2)} nats for a cell.`];
  return element("figure", {class: "chart marginal"}, element("h3", {}, columnName(column.name)), column.names ? wordBars(column) : numberBars(column), element("figcaption", {}, words));
}

function showColumns(body, run) {
  const learned = run.columns.filter((column) => column.real), others = run.columns.filter((column) => !column.real);
  body.append(element("ul", {class: "legend keys"}, element("li", {}, element("span", {class: "real"}), "real: training rows, filled"), element("li", {}, element("span", {class: "made"}), "generated, an outline")),
    element("p", {class: "note"}, "In percent of the known cells. Apart: half of all differences of these shares, 0 where both agree and 1 where they have nothing in common; of the test rows it is what chance alone makes. The outermost bins hold what lies beyond, too."),
    element("div", {class: "marginals"}, learned.slice(0, mostMarginals).map((column) => marginal(run, column))));
  if (learned.length > mostMarginals) body.append(element("details", {}, element("summary", {}, `${learned.length - mostMarginals} more columns`), element("div", {class: "marginals"}, learned.slice(mostMarginals).map((column) => marginal(run, column)))));
  if (others.length) body.append(element("p", {class: "note"}, `Not learned: ${others.map(({name, kind}) => `${name} (${kind === "ignored" ? kind : "no cell is known"})`).join(", ")}.`));
}
