// Images one by one: how a test image is made again, and new ones beside the training image nearest to each.

// What is off: orange where the model says more than the image holds, blue where less.
function errorMap(group, i, target) {
  const {shape} = group.examples, canvas = canvasOf(shape, target, "where the reconstruction is off"), size = shape[1] * shape[2];
  const x = pixelsOf(group.examples, i), again = pixelsOf(group.reconstructions, i), off = new Float32Array(size);
  for (let p = 0; p < x.length; ++p) off[p % size] += (again[p] - x[p]) / shape[0];
  drawHeat(canvas, off, 1);
  return canvas;
}

function exampleEntry(run, group, i) {
  const name = `test image ${group.entries[i].index}`, pictures = [spritePicture(group.examples, i, 96, name)];
  if (group.reconstructions) pictures.push(spritePicture(group.reconstructions, i, 96, `${name}, made again`), errorMap(group, i, 96));
  return picture(element("div", {}, pictures), ...entryWords(run, group.entries[i]));
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];

function showSamples(body, run) {
  const {samples} = run;
  const entries = Array.from({length: samples.examples.count}, (_, i) => {
    const stack = [spritePicture(samples.examples, i, 64, "a new image")];
    if (samples.nearest) stack.push(spritePicture(samples.nearest, i, 64, "the training image nearest to it"));
    return picture(element("div", {}, stack), samples.distances ? format(samples.distances[i], 3) : null, samples.labels ? ` (${className(run, samples.labels[i])})` : null);
  });
  body.append(element("ul", {class: "pictures"}, entries));
  if (!samples.nearest) { body.append(element("p", {class: "gap"}, `${run.gaps.shown || ""} So the nearest training images are not known.`)); return; }
  const own = median(samples.distances), test = median(samples.test_distances);
  body.append(element("p", {}, `Above: a new image, the mean of p(x|z). Below: the training image nearest to it, and their distance (the root of the squared difference). Its median is ${format(own, 3)}; of test images it is ${format(test, 3)}. ${own < test / 3 ? "New images that much nearer to training images may be remembered." : "Images remembered by heart would be at 0."}`));
}
