// How the figures went, epoch by epoch.

const parts = ["train", "validation", "test"];

function pointsOf(curves, key) {
  return curves.epoch.map((epoch, i) => [epoch, curves[key][i]]);
}

// A line for each part of the data that has the figure.
function seriesOf(curves, figure) {
  return parts.map((part, i) => ({name: part, color: i, dash: i, key: `${part}_${figure}`}))
    .filter((one) => curves[one.key]).map((one) => ({...one, points: pointsOf(curves, one.key)}));
}

function bestEpoch(run) {
  const {curves, facts} = run;
  if (facts.config.best_epoch) return {x: facts.config.best_epoch, name: "kept"};
  const test = (curves.test_loss || []).map((v) => v ?? Infinity);
  return {x: curves.epoch[test.indexOf(Math.min(...test))], name: "least test loss"};
}

// Other figures that the lines of metrics.jsonl hold, but for what the charts above show.
function otherFigures(curves) {
  const shown = ["loss", "reconstruction", "kl", "elbo", "negative_cross_entropy"];
  const names = Object.keys(curves).map((key) => key.match(/^(?:train|validation|test)_(.*)$/)).filter(Boolean).map((found) => found[1]);
  return [...new Set(names)].filter((name) => !shown.includes(name) && !name.endsWith("_standard_error"));
}

function beta(config, epoch) {
  return config.beta * (config.beta_warm_up > 0 ? Math.min(1, epoch / config.beta_warm_up) : 1);
}

function scheduleCharts(run) {
  const {curves, facts: {config}} = run, charts = [];
  if (curves.learning_rate) charts.push(lineChart([{name: "learning rate", points: pointsOf(curves, "learning_rate")}], {title: "Learning rate", x: "epoch", toggle: true}));
  if (config.beta_warm_up > 0) charts.push(lineChart([{name: "beta", points: curves.epoch.map((epoch) => [epoch, beta(config, epoch)])}], {title: "Beta, the weight of the KL", x: "epoch"}));
  return charts;
}

function rateDistortion(curves) {
  const series = parts.map((part, i) => ({name: part, color: i, dash: i, points: curves[`${part}_kl`] && curves[`${part}_reconstruction`] ? curves[`${part}_kl`].map((kl, j) => [kl, curves[`${part}_reconstruction`][j]]) : []})).filter((one) => one.points.length);
  if (!series.length) return null;
  return lineChart(series, {title: "Rate and distortion, epoch after epoch", x: "rate (KL), nats", note: "Distortion (reconstruction, nats) over rate. The mark is the last epoch; along a line from top left to bottom right their sum is the same."});
}

function showCurves(body, run) {
  const {curves} = run;
  if (!curves.epoch || !curves.epoch.length) {
    body.append(element("p", {class: "gap"}, "metrics.jsonl holds no epoch yet."));
    return;
  }
  const chart = (figure, title, note) => {
    const series = seriesOf(curves, figure);
    return series.length ? lineChart(series, {title, x: "epoch", toggle: ["loss", "reconstruction", "kl"].includes(figure), note, marks: figure === "loss" ? [bestEpoch(run)] : []}) : null;
  };
  const {units} = run.facts.config;
  body.append(element("div", {class: "columns"}, [
    chart("loss", "Loss", `${run.facts.config.loss}; ${units}`),
    chart("reconstruction", "Reconstruction", units),
    chart("kl", "KL", units),
    rateDistortion(curves),
    ...otherFigures(curves).map((name) => chart(name, name[0].toUpperCase() + name.slice(1).replace(/_/g, " "))),
    ...scheduleCharts(run)]),
  element("div", {class: "controls"}, button("All curves as CSV", () => download(`${run.facts.name}-curves.csv`, csvOf(curves)))));
}
