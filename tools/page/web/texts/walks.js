// What the model writes on the way from one code to another.

function walk({from, to, texts}) {
  const rows = texts.map((text, k) => [`${fixed((100 * k) / (texts.length - 1), 0)} %`, k > 0 && text === texts[k - 1] ? element("span", {class: "note"}, "the same") : textLine(text)]);
  return element("figure", {}, element("div", {class: "scroll"}, element("table", {class: "facts"}, element("tbody", {},
    [["from", textLine(from)], ...rows, ["to", textLine(to)]].map(([name, cell], i) => element("tr", {class: i === 0 || i === rows.length + 1 ? "this" : null}, element("th", {scope: "row"}, name), element("td", {}, cell)))))));
}

function showTextWalks(body, run) {
  body.append(element("div", {class: "columns"}, run.walks.map(walk)),
    element("p", {class: "note"}, "In bold the two test texts themselves; 0 and 100 % are what their own codes become, each time the most probable token."));
}
