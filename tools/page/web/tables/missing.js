// Missing cells: how many of each column, and which together.

function missingBars(run) {
  const {train, test} = run.missing, places = columnsOf(run).map((_, j) => j).filter((j) => train[j] > 0 || test[j] > 0), cell = (share) => `${fixed(100 * share, 1)} %`;
  return element("figure", {}, element("h3", {}, "Share of missing cells"), element("div", {class: "scroll"}, element("table", {class: "bars"},
    element("thead", {}, element("tr", {}, ["column", "", "training", "test"].map((words) => element("th", {scope: "col"}, words)))),
    element("tbody", {}, places.map((j) => element("tr", {}, element("th", {scope: "row"}, columnName(columnsOf(run)[j].name)), element("td", {class: "pair", "aria-hidden": "true"}, element("span", {class: "real", style: `width:${(100 * train[j]).toFixed(2)}%`})), element("td", {}, cell(train[j])), element("td", {}, cell(test[j]))))))),
    element("figcaption", {}, places.length < train.length ? "The other columns are complete." : ""));
}

function missingPatterns(run) {
  const {patterns, different, rows, complete} = run.missing;
  const names = (columns) => columns.map((j) => shortened(columnsOf(run)[j].name, 24)).join(", ");
  const more = different > patterns.length ? ` The ${patterns.length} most frequent of ${format(different)} patterns.` : "";
  return element("figure", {}, element("h3", {}, "Missing together"), table(["columns", "rows", "of all"], [[element("i", {}, "none: a complete row"), complete], ...patterns.map((one) => [names(one.columns), one.rows])].map(([words, n]) => [words, format(n), `${fixed((100 * n) / rows, 1)} %`]), {class: "patterns"}),
    element("figcaption", {}, `Of ${format(rows)} training rows; hidden cells count as missing.${more}`));
}

function showMissing(body, run) {
  body.append(element("div", {class: "columns"}, missingBars(run), missingPatterns(run)));
}
