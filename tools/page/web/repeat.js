// How to make the run again, and its numbers as files.

function codesCsv(run) {
  const {width} = run.codes, means = meansOf(run), columns = {label: run.shown.labels || new Array(run.shown.count).fill("")};
  for (let j = 0; j < width; ++j) columns[`z${j}`] = Array.from({length: run.shown.count}, (_, i) => means[i * width + j]);
  return csvOf(columns);
}

function perDimensionCsv(run) {
  const {codes} = run;
  return csvOf({dimension: codes.variance.map((_, j) => j), kl: codes.kl || codes.variance.map(() => ""), variance: codes.variance, deviation: codes.deviation});
}

function classesCsv(run) {
  const {examples} = run, rows = [...examples.classes.map((one, label) => [label, one]), ["all", examples.all]], part = (name, of) => rows.map(([, one]) => (one[name] ? one[name][of] : ""));
  const columns = {label: rows.map(([label]) => label), count: rows.map(([, one]) => one.count)};
  for (const name of ["bound", "reconstruction", "kl"]) { columns[name] = part(name, "mean"); columns[name + "_standard_error"] = part(name, "standard_error"); }
  return csvOf(columns);
}

function downloads(run) {
  const {name, config, evaluation} = run.facts, json = (value) => JSON.stringify(value, null, 2) + "\n";
  return [["curves.csv", () => csvOf(run.curves), run.curves.epoch], ["dimensions.csv", () => perDimensionCsv(run), run.codes && run.codes.means], ["codes.csv", () => codesCsv(run), run.codes && run.codes.means && run.shown.examples],
    ["classes.csv", () => classesCsv(run), run.examples], ["config.json", () => json(config), true], ["evaluation.json", () => json(evaluation), evaluation],
    ["everything.json", () => JSON.stringify(run, (key, value) => (["model", "explorer", "drawing", "means", "image"].includes(key) ? undefined : value)), true]]
    .filter(([, , there]) => there).map(([file, make]) => button(file, () => download(`${name}-${file}`, make())));
}

function showRepeat(body, run) {
  const {facts} = run, {config} = facts;
  const files = (config.data_files || []).map((file) => [element("code", {}, file.path), `${format(file.bytes)} bytes, SHA-256 ${file.sha256}`]);
  const copy = navigator.clipboard ? button("Copy the command", () => navigator.clipboard.writeText(facts.command)) : null;
  body.append(element("h3", {}, "The same run once more"), element("pre", {}, facts.command), element("div", {class: "controls"}, copy),
    element("p", {class: "note"}, "The same instruction set and compiler give the same bytes, on any number of threads; the weights' SHA-256 tells."),
    table(null, [["Seed", String(config.seed)], ["Ebb", config.version], ["Instruction set", config.instruction_set], ["Threads", `${config.threads_that_ran ?? config.threads} (no result depends on them)`], ["Weights", `model.safetensors, SHA-256 ${facts.weights_sha256}`],
      ["Data", files.length ? "files:" : dataWords(run)], ...files], {class: "facts"}),
    element("h3", {}, "Every option"), element("details", {}, element("summary", {}, "config.json as it was written"), element("pre", {}, JSON.stringify(config, null, 2))),
    element("h3", {}, "As files"), element("div", {class: "controls"}, downloads(run)));
}
