// Rows of a table: their cells beside one another, and those that the model did not expect.

const columnsOf = (run) => run.facts.config.examples.columns;

// A short name that stands in a table, the whole of it as a title.
const columnName = (name) => element("span", {title: name}, shortened(name, 24) || "(no name)");

const cellText = (cell) => (cell == null ? element("span", {class: "missing"}, "missing") : cell);

// One row, column by column.
function rowTable(run, cells) {
  return element("div", {class: "scroll"}, element("table", {class: "facts"}, element("tbody", {}, columnsOf(run).map(({name}, j) =>
    element("tr", {}, element("th", {scope: "row"}, columnName(name)), element("td", {}, cellText(cells[j])))))));
}

// Rows below one another: [{name, cells, mark: j → a class, note: j → lines}].
function rowsTable(run, rows) {
  const head = element("tr", {}, element("th", {scope: "col"}, ""), columnsOf(run).map(({name}) => element("th", {scope: "col"}, columnName(name))));
  const cell = (row, j) => element("td", {class: row.mark && row.mark(j)}, cellText(row.cells[j]), ((row.note && row.note(j)) || []).map((words) => element("small", {}, words)));
  return element("div", {class: "scroll"}, element("table", {class: "rows"}, element("thead", {}, head),
    element("tbody", {}, rows.map((row) => element("tr", {class: row.kind || null}, element("th", {scope: "row"}, row.name), row.cells.map((_, j) => cell(row, j)))))));
}

const oddNats = 1;  // below what is common in its column: less is not odd

function rowEntries(run, group) {
  return group.entries.flatMap((entry, i) => {
    const odd = (j) => j === entry.odd && entry.odd_nats >= oddNats, made = group.reconstructions && group.reconstructions[i];
    const own = {name: [`#${entry.index}`, element("br"), `${fixed(-entry.strangeness, 1)} nats`], cells: group.examples[i], mark: (j) => (odd(j) ? "odd" : null),
      note: (j) => (odd(j) ? [`▲ ${fixed(entry.odd_nats, 1)} nats`, `expected ${entry.expected}`] : null)};
    return made ? [own, {name: "made again", cells: made, kind: "again"}] : [own];
  });
}

function showNewRows(body, run) {
  body.append(rowsTable(run, run.samples.examples.map((cells, i) => ({name: i + 1, cells}))),
    element("p", {class: "note"}, "More of them: ", element("code", {}, `tools/sample ${run.facts.folder} --draw --count 1000 --out rows.csv`)));
}
