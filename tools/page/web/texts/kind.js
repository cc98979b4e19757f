// Texts: lines, and what each of their tokens costs.

class TextKind extends Kind {
  pieces(run) {
    const {pieces} = run.facts.config.examples.vocabulary, chosen = run.facts.config.vocabulary || pieces;
    const least = /^words:(\d+)$/.exec(chosen);
    return least ? `words seen at least ${least[1]} times` : {byte_pairs: "pairs of bytes", "byte pairs": "pairs of bytes"}[pieces] || pieces;
  }
  summary(run) { return this.isExact(run) ? "language model" : "variational autoencoder"; }
  isExact({facts}) { return facts.config.latent === 0; }
  describe(run) { return `texts as ${this.pieces(run)}, the longest of ${format(run.facts.config.examples.vocabulary.longest)} tokens`; }
  network({network, width, layers, latent}) { return `${network}, ${layers} layer${layers === 1 ? "" : "s"} of width ${width}${latent > 0 ? "; a GRU reads both ways for the code" : ""}`; }
  factRows(run) {
    const {config} = run.facts;
    return [["In training", [config.inputless ? "the decoder hears no token, only the code" : null, config.word_dropout > 0 ? `${format(100 * config.word_dropout, 2)} % of the tokens are not heard by the decoder` : null, config.free_bits > 0 ? `${config.free_bits} nats of each number of the code are free` : null].filter(Boolean).join("; ")]];
  }
  keyFigures({facts, curves}) {
    const e = facts.evaluation || {}, nats = e.nats_per_token ?? kept({facts, curves}, "test_nats_per_token"), perplexity = e.perplexity ?? kept({facts, curves}, "test_perplexity");
    return [["nats per token", nats == null ? null : fixed(nats, 4), "each text's end counted"], ["perplexity", perplexity == null ? null : fixed(perplexity, 2), "as if the next token were one of so many"],
      ["unknown tokens", e.unknown_share == null ? null : fixed(100 * e.unknown_share, 2) + " %", "of the test texts"]];
  }
  node(run, examples, i) { return textLine(examples[i]); }
  colorings(run) { return [{name: "length", ...quarters(run.shown.examples.map((text) => [...text].length), " letters")}]; }
  group(run, group) { return element("ol", {class: "texts beside"}, group.entries.map((_, i) => textEntry(run, group, i))); }
  groupNote(run) { return `Below each piece of a text stands a bar, the thicker the less the model expected it there: ${mostNats} nats or more are the thickest. Point at a piece, or focus a text and press ← →, to read them.${run.codes ? " The code of a text is known to the model then, at its mean." : ""} Below: its number among the test texts and ${strangenessWords(run)}.`; }
  get sections() { return ["headline", "curves", "latents", "map", "examples", "newTexts", "textWalks", "repeat"]; }
}

kinds.text = new TextKind("text", "texts");
