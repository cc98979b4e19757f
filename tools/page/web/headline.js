// What was trained on what, and how good is it, beside what is known without it.

const claims = {
  probability: (one) => `a lower bound of log p(x): of the probability of ${/^[aeiou]/.test(one) ? "an" : "a"} ${one}`,
  density: () => "a lower bound of a log density, which has no unit and may be positive",
  "cross entropy": () => "no bound: gray pixels are taken as probabilities, which no distribution of gray pixels gives",
  none: () => "the model has no likelihood",
};

function dataWords(run) {
  const {config} = run.facts;
  const where = /^drawn (digits|sentences|rows)$/.test(config.data) ? `${config.data.slice(6)} that Ebb drew` : config.data;
  const binarized = {threshold: "; binarized: a pixel is 1 above one half", dynamic: "; binarized: a pixel is 1 with its gray value as the chance", none: "; not binarized"}[config.binarize] || "";
  return `${where}: ${kindOf(run).describe(run)}${binarized}`;
}

function counts(config) {
  const of = (part) => ["images", "texts", "rows", "examples"].map((many) => config[`${part}_${many}`]).find((n) => n != null);
  return [["to learn from", of("train")], ["to select by", of("validation")], ["to test with", of("test")]]
    .filter(([, n]) => n != null).map(([what, n]) => `${format(n)} ${what}`).join(", ");
}

// "log p(x) ≥", or without the sign where it is no bound.
function boundWords(run) {
  const words = run.facts.bound_in_words;
  return kindOf(run).isExact(run) ? words.replace(" ≥", "") : words;
}

// The figures on top: [name, value, what stands beside it].
function keyFigures(run) {
  const {facts, curves} = run, e = facts.evaluation || {}, kind = kindOf(run);
  const nats = `nats per ${kind.one}`, figures = [];
  const add = (name, value, beside) => value != null && value !== "–" && figures.push([name, value, beside]);
  const words = boundWords(run);
  if (e.bound != null) add(words, withError(e.bound, e.bound_standard_error), `${nats}, ${kind.isExact(run) ? "" : `K = ${format(e.samples)}, `}${format(e.examples)} test ${kind.many}`);
  if (e.elbo != null && !kind.isExact(run)) add("ELBO (K = 1)", withError(e.elbo, e.elbo_standard_error), nats);
  if (!facts.evaluation && facts.claim !== "none") {
    const key = facts.claim === "cross entropy" ? "test_negative_cross_entropy" : "test_elbo";
    add(words || "−(cross entropy + KL)", withError(kept(run, key), kept(run, key + "_standard_error")), `${nats}, ${kind.isExact(run) ? "" : "K = 1, "}after epoch ${format(kept(run, "epoch"))}`);
  }
  add("bits per dimension", e.bits_per_dimension == null ? null : fixed(e.bits_per_dimension, 4), "what coding an image would cost, per pixel");
  add("rate", e.rate == null ? null : fixed(e.rate, 2), `nats: how much a code says of its ${kind.one} (KL)`);
  add(facts.claim === "cross entropy" ? "cross entropy" : "distortion", e.distortion == null || e.rate == null ? null : fixed(e.distortion, 2), "nats: what remains to say (reconstruction)");
  if (facts.claim === "none") add("test loss", format(kept(run, "test_loss")), facts.config.units);
  add("accuracy", curves.test_accuracy ? fixed(100 * kept(run, "test_accuracy"), 2) + " %" : null, `of labels on test ${kind.many}`);
  for (const figure of kind.keyFigures(run)) add(...figure);
  add("active dimensions", activeWords(run), "with a mean that varies by more than 0.01");
  add("nearest neighbors", e.knn_accuracy == null ? null : fixed(100 * e.knn_accuracy, 2) + " %", "right labels by 5 nearest codes");
  add("Fréchet distance", e.frechet_pca50 == null ? null : fixed(e.frechet_pca50, 2), "of samples, 50 principal components");
  return figures;
}

// "−94.52 ± 0.49" with the error in small.
function bigValue(words) {
  const [value, error] = words.split(" ± ");
  return error ? [value, " ", element("small", {}, `± ${error}`)] : value;
}

const activeLimit = .01;

function activeWords(run) {
  if (!run.codes || !run.codes.variance || run.codes.codebook) return null;
  const active = run.codes.variance.filter((v) => v > activeLimit).length;
  return `${active} of ${run.codes.width}`;
}

// Did it overfit? In a sentence.
function overfitWords(run) {
  const {curves} = run, test = (curves.test_loss || []).filter((v) => v != null);
  if (test.length < 2) return null;
  const best = Math.min(...test), at = curves.epoch[curves.test_loss.indexOf(best)];
  const end = last(test), error = last(curves.test_elbo_standard_error) || 0;
  const rose = end - best > Math.max(error, Math.abs(best) * .005);
  const gap = `The test loss ended at ${format(end, 5)}, the training loss at ${format(last(curves.train_loss), 5)}.`;
  return rose ? `It overfits: the test loss was least, ${format(best, 5)}, after epoch ${at}, and rose since. ${gap}`
    : `No sign of overfitting: the test loss ended at or near its least (${format(best, 5)}, epoch ${at}). ${gap}`;
}

// A ladder: this model among what is known of the data. Which end is better is said, not shown.
function ladder(name, value, rungs, {higher, decimals, unit}) {
  const rows = [...rungs.map((rung) => ({...rung})), {name: "this model", value, self: true}].filter((rung) => rung.value != null);
  rows.sort((a, b) => (higher ? b.value - a.value : a.value - b.value));
  const sizes = rows.map((row) => Math.abs(row.value)), most = Math.max(...sizes, 1e-12);
  return element("figure", {}, element("h3", {}, name), element("div", {class: "scroll"}, element("table", {}, element("tbody", {},
    rows.map((row) => element("tr", {class: row.self ? "this" : null}, element("th", {scope: "row"}, (row.self ? "▸ " : "") + row.name),
      element("td", {}, fixed(row.value, decimals)),
      element("td", {class: "bar", "aria-hidden": "true"}, element("span", {style: `width:${(100 * Math.abs(row.value)) / most}%`}))))))),
    element("figcaption", {}, unit));
}

const ladders = {
  bound: {title: "Bound", higher: true, decimals: 2, unit: (one) => `nats per ${one}, best first: below 0 a shorter bar is better`},
  elbo: {title: "ELBO", higher: true, decimals: 2, unit: (one) => `nats per ${one}, best first`},
  bits_per_dimension: {title: "Bits per dimension", higher: false, decimals: 4, unit: "bits per pixel, less is better, best first"},
  distortion: {title: "Cross entropy", higher: false, decimals: 2, unit: (one) => `nats per ${one}, less is better, best first`},
  squared_error: {title: "Squared error of reconstructions", higher: false, decimals: 5, unit: "per pixel, less is better, best first"},
  knn_accuracy: {title: "Labels by 5 nearest codes", higher: true, decimals: 4, unit: "share of right ones, more is better, best first"},
  linear_probe_accuracy: {title: "Labels by a linear function of codes", higher: true, decimals: 4, unit: "share of right ones, more is better, best first"},
  frechet_pca50: {title: "Fréchet distance of samples", higher: false, decimals: 2, unit: "50 principal components, less is better, best first"},
  active_units: {title: "Active dimensions", higher: true, decimals: 0, unit: "more of them say something; neither better nor worse"},
  nats_per_token: {title: "Nats per token", higher: false, decimals: 4, unit: "each text's end counted, less is better, best first"},
  perplexity: {title: "Perplexity", higher: false, decimals: 2, unit: "of the next token, less is better, best first"},
  bits_per_row: {title: "Bits per row", higher: false, decimals: 2, unit: "to store one, less is better, best first"},
  mutual_information_gap: {title: "Mutual information gap", higher: true, decimals: 4, unit: "20 bins, 1 where each factor has a number of its own, best first"},
};

// What is known of the data, as evaluation.json has it; and how probable they really are, where that is known.
function referencesOf({facts: {evaluation, truth}}) {
  const references = {...evaluation.references};
  if (truth) references.bound = [truth, ...(references.bound || [])];
  return references;
}

function laddersOf(run) {
  const {evaluation} = run.facts, references = referencesOf(run), {one} = kindOf(run);
  return Object.keys(ladders).filter((key) => references[key]).map((key) => {
    const rungs = references[key], {unit} = ladders[key];
    const own = rungs.find((rung) => rung.name === "this model");
    const value = own ? own.value : evaluation[key];
    if (value == null) return null;
    return ladder(key === "bound" && kindOf(run).isExact(run) ? boundWords(run) : ladders[key].title, value, rungs.filter((rung) => rung !== own), {...ladders[key], unit: unit instanceof Function ? unit(one) : unit});
  });
}

function factRows(run) {
  const {facts, curves} = run, {config} = facts;
  const seconds = (curves.seconds || []).reduce((a, b) => a + b, 0);
  const width = !run.codes ? null : run.codes.codebook ? `${run.codes.places} vectors of a codebook of ${run.codes.codebook.length}` : `${run.codes.width} numbers`;
  return [
    ["Model", `${kindOf(run).summary(run)} (${facts.model}), ${format(config.parameters)} parameters`],
    ["Network", kindOf(run).network(config)], ["Code", width], ["Prior", config.prior],
    ["Data", dataWords(run)], ["Examples", counts(config)],
    ["Likelihood", [facts.likelihood || "none", config.pixels].filter(Boolean).join(": ")],
    ["Loss", `${config.loss}; ${config.units}`],
    ["What the figure is", kindOf(run).isExact(run) ? "log p(x) itself, no bound" : claims[facts.claim](kindOf(run).one)], ...kindOf(run).factRows(run),
    ["Trained", `${format(last(curves.epoch) || 0)} epochs, ${format(config.steps)} steps${config.finished ? "" : "; not finished"}${seconds ? `, ${seconds < 100 ? format(seconds, 2) + " seconds" : format(seconds / 60, 2) + " minutes"}` : ""}`],
  ].filter(([, words]) => words);
}

function showHeadline(body, run) {
  const {facts} = run;
  body.append(element("h1", {}, facts.name), element("p", {class: "lead"}, `${/^[aeiou]/.test(facts.summary) ? "An" : "A"} ${kindOf(run).summary(run)} of ${dataWords(run)}.`));
  body.append(element("div", {class: "tiles"}, keyFigures(run).map(([name, value, beside]) =>
    element("div", {class: "tile"}, element("div", {class: "name"}, name), element("div", {class: "value"}, bigValue(value)), element("div", {class: "beside"}, beside)))));
  const overfit = overfitWords(run);
  if (overfit) body.append(element("p", {}, overfit));
  if (!facts.evaluation) body.append(element("p", {class: "gap"}, "The run was not evaluated: the bound of many draws and what other methods reach on these data are missing. They come with ", element("code", {}, `tools/evaluate ${facts.folder}`), ", then ", element("code", {}, `tools/report ${facts.folder}`), "."));
  body.append(element("h3", {}, "The run"), table(null, factRows(run), {class: "facts"}));
  if (facts.evaluation) body.append(element("div", {class: "columns"}, laddersOf(run), kindOf(run).figures(run)));
}
