// Single test examples, and classes of them.

// What is said of a single one: "the bound, nats".
function strangenessWords(run) {
  const {facts} = run;
  return facts.claim === "cross entropy" ? "−(cross entropy + KL), nats" : facts.claim !== "none" ? `${boundWords(run)}, nats` : "the squared error per pixel";
}

// "#12: class 7, −94.2"
function entryWords(run, entry) {
  const nats = run.facts.claim !== "none";
  return [`#${entry.index}`, entry.label == null ? null : `: ${className(run, entry.label)}`, element("br"), nats ? fixed(-entry.strangeness, 1) : format(entry.strangeness, 3)];
}

// Columns that the model has numbers for: [title, its figure in examples.classes].
function classColumns(run) {
  const {claim, bound_in_words: words} = run.facts, known = ([, name]) => run.examples.all[name];
  const figures = claim === "none" ? [["squared error", "reconstruction"]] : [[claim === "cross entropy" ? "cross entropy + KL" : `−(${words})`.replace(/ ≥/, ""), "strangeness"], ["reconstruction", "reconstruction"], ["KL", "kl"]];
  return figures.filter(known);
}

function classTable(run) {
  const {all, classes} = run.examples, columns = classColumns(run);
  const cell = (figure) => withError(figure.mean, figure.standard_error, Math.abs(figure.mean) < 1 ? 5 : 2);
  const row = (name, one) => [name, format(one.count), ...columns.map(([, figure]) => (one[figure] ? cell(one[figure]) : "–"))];
  return table(["", `test ${kindOf(run).many}`, ...columns.map(([title]) => title)], [...classes.map((one, label) => row(className(run, label), one)), row("all", all)]);
}

function showExamples(body, run) {
  const {examples, facts} = run, nats = facts.claim !== "none", kind = kindOf(run);
  body.append(element("p", {class: "note"}, kind.groupNote(run)));
  for (const name of ["best", "median", "worst"])
    body.append(element("h3", {}, {best: "Best", median: "In the middle", worst: "Worst"}[name]), kind.group(run, examples[name]));
  body.append(element("h3", {}, examples.classes.length ? "By class" : "All"), classTable(run), element("p", {class: "note"}, nats ? `Nats per ${kind.one}, less is better, and standard errors; by one draw of the code.` : "Per pixel, less is better."));
}
