// The model of a run as functions of arrays. Some runs have a decoder alone, or neither part.

// Sets run.model, which has the parts "encoder" and "decoder" as far as the page holds them.
async function openModel(run) {
  if (run.network && !run.model) run.model = await EbbModel.load(run.network);
}

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
  const holder = element("span", {}), count = run.shown.count;
  const input = element("input", {type: "number", min: 0, max: count - 1, value: Math.min(first, count - 1), style: "width:5.5rem"});
  const show = () => {
    const i = Math.max(0, Math.min(count - 1, Math.round(Number(input.value) || 0)));
    holder.replaceChildren(spritePicture(run.shown.examples, i, 32, labelWords(run, i)));
    return i;
  };
  input.addEventListener("change", () => change(show()));
  const label = element("label", {}, words, input, holder);
  show();
  label.start = () => change(show());
  return label;
}
