// Single test images, classes of them, and new images beside the training image nearest to each.

// What is off: orange where the model says more than the image holds, blue where less.
function errorMap(group, i, target) {
  const {shape} = group.images, canvas = canvasOf(shape, target, "where the reconstruction is off"), size = shape[1] * shape[2];
  const x = pixelsOf(group.images, i), again = pixelsOf(group.reconstructions, i), off = new Float32Array(size);
  for (let p = 0; p < x.length; ++p) off[p % size] += (again[p] - x[p]) / shape[0];
  drawHeat(canvas, off, 1);
  return canvas;
}

function exampleEntry(run, group, i) {
  const entry = group.entries[i], pictures = [];
  const name = `test image ${entry.index}`;
  if (group.images) pictures.push(spritePicture(group.images, i, 96, name));
  if (group.reconstructions) pictures.push(spritePicture(group.reconstructions, i, 96, `${name}, made again`), errorMap(group, i, 96));
  const nats = run.facts.claim !== "none", figure = nats ? -entry.strangeness : entry.strangeness;
  return picture(element("div", {}, pictures), `#${entry.index}`, entry.label == null ? null : `: ${className(run, entry.label)}`, element("br"), nats ? fixed(figure, 1) : format(figure, 3));
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
  return table(["", "test images", ...columns.map(([title]) => title)], [...classes.map((one, label) => row(className(run, label), one)), row("all", all)]);
}

function showExamples(body, run) {
  const {examples, facts} = run, nats = facts.claim !== "none";
  const figure = facts.claim === "cross entropy" ? "−(cross entropy + KL), nats" : nats ? `${facts.bound_in_words}, nats` : "the squared error per pixel";
  body.append(element("p", {class: "note"}, `Each: the image, what the model makes of its code, and the difference, orange where there is too much and blue where there is too little. Below: its number among the test images${facts.config.examples.classes ? ", its label" : ""} and ${figure}.`));
  for (const kind of ["best", "median", "worst"])
    body.append(element("h3", {}, {best: "Best", median: "In the middle", worst: "Worst"}[kind]), element("ul", {class: "pictures"}, examples[kind].entries.map((_, i) => exampleEntry(run, examples[kind], i))));
  body.append(element("h3", {}, examples.classes.length ? "By class" : "All"), classTable(run), element("p", {class: "note"}, nats ? "Nats per image, less is better, and standard errors; by one draw of the code." : "Per pixel, less is better."));
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function showSamples(body, run) {
  const {samples} = run;
  const entries = Array.from({length: samples.images.count}, (_, i) => {
    const stack = [spritePicture(samples.images, i, 64, "a new image")];
    if (samples.nearest) stack.push(spritePicture(samples.nearest, i, 64, "the training image nearest to it"));
    return picture(element("div", {}, stack), samples.distances ? format(samples.distances[i], 3) : null, samples.labels ? ` (${className(run, samples.labels[i])})` : null);
  });
  body.append(element("ul", {class: "pictures"}, entries));
  if (!samples.nearest) { body.append(element("p", {class: "gap"}, `${run.gaps.images || ""} So the nearest training images are not known.`)); return; }
  const own = median(samples.distances), test = median(samples.test_distances);
  body.append(element("p", {}, `Above: a new image, the mean of p(x|z). Below: the training image nearest to it, and their distance (the root of the squared difference). Its median is ${format(own, 3)}; of test images it is ${format(test, 3)}. ${own < test / 3 ? "New images that much nearer to training images may be remembered." : "Images remembered by heart would be at 0."}`));
}
