// What differs between images, texts and rows. Each kind is a class in its own folder.

class Kind {
  constructor(one, many) { this.one = one; this.many = many; }
  // What the model is, and what the examples are, in words.
  summary({facts}) { return facts.summary; }
  describe(run) { return `arrays [${run.facts.config.examples.shape.join(", ")}]`; }
  network({network, hidden, activation}) { return [network, Array.isArray(hidden) ? hidden.join(", ") : hidden, activation].filter((x) => x != null && x !== "").join("; "); }
  // Is what it says of an example log p(x) itself, rather than a bound?
  isExact() { return false; }
  // Rows of the table of facts, tiles of the headline and figures beside its ladders that it alone has.
  factRows() { return []; }
  keyFigures() { return []; }
  figures() { return []; }
  // Example i of `shown`, of a group of examples or of samples.
  node(run, examples, i, name) { return element("span", {}, name); }
  // Several of them, [{index, words}], as a list.
  list(run, examples, entries) { return element("ul", {class: "texts"}, entries.map(({index, words}) => element("li", {}, this.node(run, examples, index), element("span", {class: "note"}, words)))); }
  // What the codes of some test examples are the middle of.
  middle(run, indices) { return this.list(run, run.shown.examples, indices.slice(0, 10).map((index) => ({index, words: `${this.one} ${index}`}))); }
  // Ways to color a map: {name, names, labels}, a label for each example.
  colorings(run) {
    const {labels} = run.shown, {classes} = run.facts.config.examples;
    return labels ? [{name: "label", names: Array.from({length: classes}, (_, label) => className(run, label)), labels}] : [];
  }
  // A group of test examples, and what is to be said before them all.
  group(run, group) { return element("ul", {class: "pictures"}, group.entries.map((entry) => element("li", {}, entryWords(run, entry)))); }
  groupNote(run) { return `Each: its number among the test examples and ${strangenessWords(run)}.`; }
  // Names of its sections, in their order.
  get sections() { return ["headline", "curves", "latents", "examples", "repeat"]; }
}

const kinds = {arrays: new Kind("example", "examples")};
const kindOf = (run) => kinds[run.facts.config.examples.kind];

// Groups of numbers that are nearly as large: {names, labels} by the quarters of those that are there.
function quarters(numbers, unit = "") {
  const known = numbers.filter((x) => x != null && !Number.isNaN(x)).sort((a, b) => a - b);
  const ends = [...new Set([.25, .5, .75].map((part) => known[Math.floor(part * (known.length - 1))]))];
  const names = [...ends.map((end) => `up to ${format(end, 3)}${unit}`), "more", "not known"];
  const labels = numbers.map((x) => (x == null || Number.isNaN(x) ? ends.length + 1 : ends.filter((end) => x > end).length));
  return {names, labels};
}
