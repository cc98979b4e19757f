// Several runs beside one another.

// Facts of where and when a run was made are no options.
const noOptions = ["version", "out", "threads", "threads_that_ran", "steps", "finished", "quiet", "parameters", "instruction_set", "examples", "image", "data_files", "class_names", "best_epoch", "loss", "pixels", "units", "checkpoint_every", "log_format"];

// Rows of options with different values: of those that all these runs have, or that some lack.
function differences(runs, shared) {
  const keys = [...new Set(runs.flatMap((run) => Object.keys(run.facts.config)))]
    .filter((key) => !noOptions.includes(key) && runs.every((run) => key in run.facts.config) === shared);
  const value = (run, key) => { const found = run.facts.config[key]; return found === undefined ? "" : Array.isArray(found) ? found.join(", ") : found === null ? "–" : String(found); };
  return keys.map((key) => [key, ...runs.map((run) => value(run, key))]).filter(([, ...values]) => new Set(values).size > 1);
}

// A figure of a run: from evaluation.json, else from the epoch whose weights the run keeps.
const figuresToCompare = [
  ["bound, nats", (run) => run.facts.evaluation && run.facts.evaluation.bound, 2, 1],
  ["ELBO, nats", (run) => (run.facts.evaluation ? run.facts.evaluation.elbo : kept(run, "test_elbo")), 2, 1],
  ["bits per dimension", (run) => run.facts.evaluation && run.facts.evaluation.bits_per_dimension, 4, -1],
  ["nats per token", (run) => (run.facts.evaluation && run.facts.evaluation.nats_per_token) ?? kept(run, "test_nats_per_token"), 4, -1],
  ["bits per row", (run) => run.facts.evaluation && run.facts.evaluation.bits_per_row, 2, -1],
  ["filled numbers, off by a part of their range", (run) => filled(run, "numbers"), 4, -1],
  ["filled words, part that is wrong", (run) => filled(run, "words"), 4, -1],
  ["rate (KL), nats", (run) => (run.facts.evaluation ? run.facts.evaluation.rate : kept(run, "test_kl")), 2, 0],
  ["distortion, nats", (run) => (run.facts.evaluation ? run.facts.evaluation.distortion : null), 2, 0],
  ["squared error of reconstructions", (run) => squaredError(run), 5, -1],
  ["right labels by 5 nearest codes", (run) => run.facts.evaluation && run.facts.evaluation.knn_accuracy, 4, 1],
  ["right labels by a linear probe", (run) => run.facts.evaluation && run.facts.evaluation.linear_probe_accuracy, 4, 1],
  ["Fréchet distance of samples", (run) => run.facts.evaluation && run.facts.evaluation.frechet_pca50, 2, -1],
  ["active dimensions", (run) => (run.codes && run.codes.variance && !run.codes.codebook ? run.codes.variance.filter((v) => v > activeLimit).length : null), 0, 0],
  ["accuracy", (run) => kept(run, "test_accuracy"), 4, 1],
  ["parameters", (run) => run.facts.config.parameters, 0, 0],
  ["seconds of an epoch", (run) => last(run.curves.seconds), 2, 0],
];

const figureCalled = (name) => figuresToCompare.find(([called]) => called === name)[1];

// Of hidden cells of a table.
function filled(run, key) {
  const {errors} = (run.facts.evaluation && run.facts.evaluation.imputation) || {};
  return errors ? errors.find(({by}) => by === "this model")[key] : null;
}

function squaredError(run) {
  const references = run.facts.evaluation && run.facts.evaluation.references.squared_error;
  return references ? (references.find((rung) => rung.name === "this model") || {}).value : null;
}

// Do the models see the same images? Errors on gray and on binarized ones do not compare.
const dataOf = ({facts: {config}}) => (config.data_files || []).map((file) => file.sha256).join() || config.data;
const sameImages = (runs) => new Set(runs.map((run) => `${run.facts.config.binarize || "none"} ${dataOf(run)}`)).size === 1;

// The best of a row is marked by a sign, not by color; of bounds only those of one likelihood compare.
function figureRows(runs) {
  const comparable = new Set(runs.map((run) => [dataOf(run), run.facts.claim, run.facts.told_labels, run.facts.likelihood, ...["binarize", "vocabulary", "number_units", "kinds", "missing"].map((key) => run.facts.config[key])].join(" "))).size === 1;
  return figuresToCompare.map(([name, of, decimals, better]) => {
    const values = runs.map(of), known = values.filter((v) => v != null);
    if (known.length === 0) return null;
    const judged = better && known.length > 1 && (comparable || !/nats|bits|filled/.test(name)) && (sameImages(runs) || !/squared error/.test(name));
    const best = judged ? Math[better > 0 ? "max" : "min"](...known) : null;
    return [name, ...values.map((value) => element(best != null && value === best ? "b" : "span", {}, (best != null && value === best ? "★ " : "") + (decimals ? fixed(value, decimals) : format(value))))];
  }).filter(Boolean);
}

// What an autoencoder and a variational one measured here are better at.
function kindsTable(runs) {
  const plain = runs.find((run) => run.facts.model === "ae"), variational = runs.find((run) => run.facts.model === "vae");
  if (!plain || !variational) return null;
  const rows = [["It makes test images again with a squared error of", squaredError, 5, -1], ["Its codes' nearest neighbors have the right label", figureCalled("right labels by 5 nearest codes"), 4, 1], ["A linear function of its codes gives the right label", figureCalled("right labels by a linear probe"), 4, 1], ["New images lie at a Fréchet distance of", figureCalled("Fréchet distance of samples"), 2, -1],
    ["It says how probable an image is", (run) => (run.facts.claim === "none" ? null : run.facts.evaluation ? run.facts.evaluation.bound : null), 2, 0], ["Dimensions of its code that vary", figureCalled("active dimensions"), 0, 0]];
  const cells = rows.map(([words, of, decimals, better]) => {
    const [a, b] = [of(plain), of(variational)], fair = of !== squaredError || sameImages([plain, variational]);
    const won = a == null || b == null || !better ? "" : !fair ? "other images: one is binarized" : (a - b) * better > 0 ? plain.facts.name : variational.facts.name;
    const show = (value) => (value == null ? "not measured, or it has none" : decimals ? fixed(value, decimals) : format(value));
    return [words, show(a), show(b), won];
  });
  return element("div", {}, element("h3", {}, "Autoencoder or variational?"), table(["", `${plain.facts.name} (ae)`, `${variational.facts.name} (vae)`, "better"], cells), element("p", {class: "note"}, "Measured on these two runs, of which options differ too: see above."));
}

// Options that only some of the models have.
function ownOptions(runs) {
  const rows = differences(runs, false), names = runs.map((run) => run.facts.name);
  return rows.length === 0 ? "" : element("details", {}, element("summary", {}, `${rows.length} more that not all of these models have`), table(["", ...names], rows));
}

// Losses in one chart where they are of one kind, and of the same data.
function lossCharts(runs) {
  const charts = new Map();
  runs.forEach((run, i) => {
    const {config, likelihood, claim} = run.facts, note = claim === "none" ? config.units : `${likelihood} likelihood${config.binarize && config.binarize !== "none" ? ", binarized" : ""}; ${config.units}`;
    const key = `${note} ${dataOf(run)}`, {series = []} = charts.get(key) || {};
    charts.set(key, {note, series: [...series, {name: run.facts.name, color: i, dash: i, points: pointsOf(run.curves, "test_loss")}]});
  });
  return [...charts.values()].map(({note, series}) => lineChart(series, {title: "Test loss", x: "epoch", toggle: true, note}));
}

function showComparison(body, runs) {
  const names = runs.map((run) => run.facts.name);
  const missing = runs.filter((run) => !run.facts.evaluation).map((run) => run.facts.folder);
  body.append(element("h3", {}, "Options that differ"), table(["", ...names], differences(runs, true)), ownOptions(runs), element("h3", {}, "Figures"), table(["", ...names], figureRows(runs)),
    element("p", {class: "note"}, "★ is best, where figures compare: bounds of different likelihoods or data, and errors on gray and on binarized images, do not."));
  if (missing.length) body.append(element("p", {class: "gap"}, "More figures come with ", missing.map((folder) => [element("code", {}, `tools/evaluate ${folder}`), " "])));
  body.append(element("div", {class: "columns"}, lossCharts(runs)), kindsTable(runs) || "");
}
