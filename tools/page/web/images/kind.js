// Images: pictures, and a decoder that runs in the page.

class ImageKind extends Kind {
  describe(run) {
    const [channels, height, width] = shapeOf(run);
    return `images of ${height} × ${width} pixels, ${channels === 1 ? "gray" : "in color"}`;
  }
  node(run, examples, i, name) { return spritePicture(examples, i, 96, name); }
  list(run, examples, entries) { return element("ul", {class: "pictures"}, entries.map(({index, words}) => picture(spritePicture(examples, index, 48, labelWords(run, index)), words))); }
  middle(run, indices) {
    if (!hasPart(run, "decoder")) return element("p", {class: "note"}, "The page has no decoder to show the mean with.");
    return decodedRow(run, [meanCode(run, indices)], null, {target: 96, label: run.shown.labels && run.shown.labels[indices[0]]});
  }
  group(run, group) { return element("ul", {class: "pictures"}, group.entries.map((_, i) => exampleEntry(run, group, i))); }
  groupNote(run) { return `Each: the image, what the model makes of its code, and the difference, orange where there is too much and blue where there is too little. Below: its number among the test images${run.facts.config.examples.classes ? ", its label" : ""} and ${strangenessWords(run)}.`; }
  get sections() { return ["headline", "curves", "latents", "map", "explorer", "own", "walks", "examples", "samples", "history", "repeat"]; }
}

kinds.image = new ImageKind("image", "images");

// Pictures that several sections draw from must be decoded first.
async function loadSprites(run) {
  if (kindOf(run) !== kinds.image) return;
  const sprites = [run.shown && run.shown.examples, run.samples && run.samples.examples, run.samples && run.samples.nearest];
  for (const name of ["best", "median", "worst"])
    if (run.examples) sprites.push(run.examples[name].examples, run.examples[name].reconstructions);
  await Promise.all(sprites.map(loadSprite));
}
