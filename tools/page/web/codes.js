// The codes of the test examples on the page, and how they are called.

const hasCodes = (run) => Boolean(run.codes && run.codes.means);

// The codes of those examples, [n, width].
function meansOf(run) {
  if (!run.means) run.means = unpack(run.codes.means);
  return run.means;
}

function codeOf(run, i) {
  const {width} = run.codes;
  return meansOf(run).slice(i * width, (i + 1) * width);
}

// The middle of dimension j, and the unit in which it is moved: those of the prior N(0, 1), else
// those of the codes.
function middleOf(run, j) {
  return run.facts.normal_prior || !run.codes.principal ? 0 : run.codes.principal.mean[j];
}
function spreadOf(run, j) {
  return run.facts.normal_prior ? 1 : run.codes.deviation[j];
}
function middleCode(run) {
  return Float32Array.from({length: run.codes.width}, (_, j) => middleOf(run, j));
}

// "z7", with what it says where that is known.
function dimensionName(run, j) {
  const {kl} = run.codes;
  return `z${j}` + (kl ? ` (${format(kl[j], 2)} nats)` : "");
}

// "test image 12, a 7"
function labelWords(run, i) {
  const label = run.shown.labels ? run.shown.labels[i] : null;
  return `test ${kindOf(run).one} ${i}` + (label == null ? "" : `, ${className(run, label)}`);
}

function className(run, label) {
  const names = run.facts.config.class_names;
  return names ? names[label] : `class ${label}`;
}

function classPicker(run, words, first, change) {
  const select = element("select", {onchange: () => change(Number(select.value))});
  for (let label = 0; label < run.facts.config.examples.classes; ++label)
    select.append(element("option", {value: label, selected: label === first}, className(run, label)));
  return element("label", {}, words, select);
}
