// Rows of a table: cells of several kinds, some missing.

class RowKind extends Kind {
  summary() { return "variational autoencoder"; }
  describe(run) {
    const times = new Map();
    for (const {kind} of columnsOf(run)) times.set(kind, (times.get(kind) || 0) + 1);
    return `rows of ${columnsOf(run).length} columns (${[...times].map(([kind, n]) => `${n} ${kind}`).join(", ")})`;
  }
  factRows(run) {
    const {config} = run.facts;
    return [["Cells", [config.number_units ? "numbers are discrete, multiples of a unit" : null, config.missing ? `those in ${config.missing} are hidden` : null, config.hide > 0 ? `some are hidden in ${format(100 * config.hide, 2)} % of the rows of a step` : null].filter(Boolean).join("; ")]];
  }
  keyFigures({facts}) {
    const e = facts.evaluation || {}, {errors} = e.imputation || {}, own = errors && errors.find(({by}) => by === "this model");
    return [["bits per row", e.bits_per_row == null ? null : fixed(e.bits_per_row, 2), "what it takes to store one"],
      ["filled numbers", own && own.numbers != null ? fixed(own.numbers, 4) : null, "off by that part of their range, of hidden cells"],
      ["filled words", own && own.words != null ? fixed(100 * own.words, 1) + " %" : null, "wrong, of hidden cells"]];
  }
  // What was put in place of hidden cells, by whom.
  figures({facts}) {
    const {imputation} = facts.evaluation || {};
    if (!imputation) return [];
    const columns = [["squared_error", "squared error"], ["numbers", "numbers, by range"], ["words", "words wrong"]].filter(([key]) => imputation.errors.some((one) => one[key] != null));
    const best = Object.fromEntries(columns.map(([key]) => [key, Math.min(...imputation.errors.map((one) => one[key] ?? Infinity))]));
    const cell = (value, least) => (value == null ? "–" : element(value === least ? "b" : "span", {}, (value === least ? "★ " : "") + fixed(value, 4)));
    return [element("figure", {}, element("h3", {}, "Hidden cells, filled by"), table(["", ...columns.map(([, words]) => words)], imputation.errors.map((one) => [one.by, ...columns.map(([key]) => cell(one[key], best[key]))])),
      element("figcaption", {}, `${format(imputation.cells)} cells; less is better, ★ is best. Squared errors are in variances of their columns.`))];
  }
  node(run, examples, i) { return rowTable(run, examples[i]); }
  list(run, examples, entries) { return rowsTable(run, entries.map(({index, words}) => ({name: words, cells: examples[index]}))); }
  colorings(run) {
    return columnsOf(run).map(({name, kind, words}, j) => {
      const cells = run.shown.examples.map((row) => row[j]);
      if (kind === "ignored" || cells.every((cell) => cell == null)) return null;
      if (!words.length) return {name, ...quarters(cells.map((cell) => (cell == null ? null : Number(cell))))};
      const names = [...words, "not known"];
      return {name, names, labels: cells.map((cell) => (cell == null ? words.length : Math.max(0, words.indexOf(cell))))};
    }).filter(Boolean).sort((a, b) => (a.names.length > 10) - (b.names.length > 10));
  }
  group(run, group) { return rowsTable(run, rowEntries(run, group)); }
  groupNote(run) { return `Each: the row, and below it what the model makes of its code. ▲ marks the cell that makes a row odd, where one does: by how many nats, at least one, it was less expected, given the others, than cells of its column are in the mean; and what the model would have put there. Beside: its number among the test rows and ${strangenessWords(run)}.`; }
  get sections() { return ["headline", "curves", "columns", "relations", "absent", "latents", "map", "examples", "newRows", "repeat"]; }
}

kinds.table = new RowKind("row", "rows");
