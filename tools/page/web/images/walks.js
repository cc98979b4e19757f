// Ways through the codes, decoded step by step.

const steps = 9;

const mixed = (a, b, t) => a.map((value, j) => value + t * (b[j] - value));
const evenly = (from, to) => Array.from({length: steps}, (_, i) => from + ((to - from) * i) / (steps - 1));

function interpolation(run) {
  const row = element("div"), ends = [0, Math.min(1, run.shown.count - 1)];
  const draw = () => {
    const label = run.shown.labels && run.shown.labels[ends[0]], [a, b] = ends.map((i) => codeOf(run, i));
    row.replaceChildren(decodedRow(run, evenly(0, 1).map((t) => mixed(a, b, t)), evenly(0, 1).map((t) => `${fixed(100 * t, 0)} %`), {label}));
  };
  const pickers = ["from test image", "to test image"].map((words, k) => imagePicker(run, words, ends[k], (i) => { ends[k] = i; draw(); }));
  pickers.forEach((one) => one.start());
  return element("div", {}, element("h3", {}, "From one image to another"), element("div", {class: "controls"}, pickers), row);
}

// Each of the first dimensions moved alone, from the code of one image.
function traversals(run) {
  const rows = element("div");
  const draw = (i) => {
    const label = run.shown.labels && run.shown.labels[i], base = codeOf(run, i);
    rows.replaceChildren(...run.codes.order.slice(0, 8).map((j) => {
      const codes = evenly(-2.5, 2.5).map((units) => { const code = Float32Array.from(base); code[j] = middleOf(run, j) + units * (spreadOf(run, j) || 1); return code; });
      return element("div", {style: "display:grid;grid-template-columns:7rem 1fr;align-items:center"}, element("span", {class: "note"}, dimensionName(run, j)), decodedRow(run, codes, null, {label, target: 48}));
    }));
  };
  const picker = imagePicker(run, "start at test image", 0, draw);
  picker.start();
  return element("div", {}, element("h3", {}, "One dimension at a time"), element("p", {class: "note"}, "From −2.5 to 2.5 of its spread, all others as in the image's code."), element("div", {class: "controls"}, picker), rows);
}

// What two classes differ in, added to the code of an image.
function attributes(run) {
  const {class_means: means} = run.codes;
  if (!means || means.filter((mean) => mean).length < 2) return element("p", {class: "gap"}, "The test images have no labels of two classes, so there is no way from one class to another.");
  const classes = [0, 1], row = element("div");
  let start = Math.max(0, run.shown.labels.indexOf(classes[0]));
  const draw = () => {
    const [a, b] = classes.map((label) => means[label]), base = codeOf(run, start);
    if (!a || !b) { row.replaceChildren(element("p", {class: "note"}, "The test images hold none of that class.")); return; }
    row.replaceChildren(decodedRow(run, evenly(-.5, 1.5).map((t) => base.map((value, j) => value + t * (b[j] - a[j]))), evenly(-.5, 1.5).map((t) => fixed(t, 2)), {label: run.shown.labels[start]}));
  };
  const picker = imagePicker(run, "added to test image", start, (i) => { start = i; draw(); });
  const choosers = ["from", "to"].map((words, k) => classPicker(run, words, classes[k], (label) => { classes[k] = label; draw(); }));
  picker.start();
  return element("div", {}, element("h3", {}, "From one class to another"), element("p", {class: "note"}, "The mean code of the second class less that of the first, so many times, added to the code of an image. 0 is the image itself."), element("div", {class: "controls"}, choosers, picker), row);
}

function showWalks(body, run) {
  body.append(interpolation(run), traversals(run), attributes(run));
}
