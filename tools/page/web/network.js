// The model of a run as functions of arrays. Some runs have a decoder alone, or neither part.

// Sets run.model, which has the parts "encoder" and "decoder" as far as the page holds them.
async function openModel(run) {
  if (run.network && !run.model) run.model = await EbbModel.load(run.network);
}

const hasCodes = (run) => Boolean(run.codes && run.codes.means);
const hasPart = (run, part) => Boolean(run.model && run.model.parts.includes(part));

// Is that part told the label of its example?
const isTold = (run, part) => Boolean(run.model && "labels" in run.model.inputs(part));

function labelsFor(run, part, count, label) {
  return isTold(run, part) ? {labels: new Int32Array(count).fill(label || 0)} : {};
}

// Codes [count, width] to images [count, channels, height, width], as one array.
function decode(run, codes, count, label) {
  return run.model.run("decoder", {codes, ...labelsFor(run, "decoder", count, label)}, count).images;
}

// Images to {mean, log_variance}; a model whose codes follow from the image has no variance.
function encode(run, images, count, label) {
  return run.model.run("encoder", {images, ...labelsFor(run, "encoder", count, label)}, count);
}

const shapeOf = (run) => run.facts.config.examples.shape;
const sizeOf = (run) => shapeOf(run).reduce((a, b) => a * b, 1);

// The codes of the images on the page, [n, width].
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

// A row of decoded images.
function decodedRow(run, codes, captions, {label, target = 56} = {}) {
  const count = codes.length, {width} = run.codes, all = new Float32Array(count * width);
  codes.forEach((code, i) => all.set(code, i * width));
  const images = decode(run, all, count, label), shape = shapeOf(run), size = sizeOf(run);
  return element("ul", {class: "pictures"}, codes.map((_, i) => {
    const canvas = canvasOf(shape, target, captions ? `decoded, ${captions[i]}` : "decoded");
    drawPixels(canvas, images, shape, i * size);
    return picture(canvas, captions && captions[i]);
  }));
}

// A number input for one of the images on the page, with its picture; change(i) is called.
function imagePicker(run, words, first, change) {
  const holder = element("span", {}), count = run.images.count;
  const input = element("input", {type: "number", min: 0, max: count - 1, value: Math.min(first, count - 1), style: "width:5.5rem"});
  const show = () => {
    const i = Math.max(0, Math.min(count - 1, Math.round(Number(input.value) || 0)));
    holder.replaceChildren(spritePicture(run.images, i, 32, labelWords(run, i)));
    return i;
  };
  input.addEventListener("change", () => change(show()));
  const label = element("label", {}, words, input, holder);
  show();
  label.start = () => change(show());
  return label;
}

// "test image 12, a 7"
function labelWords(run, i) {
  const label = run.images.labels ? run.images.labels[i] : null;
  return `test image ${i}` + (label == null ? "" : `, ${className(run, label)}`);
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
