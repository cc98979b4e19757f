// Fills the page with what was found of a run, and its own controls.

// The places of sections that this kind has, in its order, between those that stand in page.html.
function placeSections(kind) {
  for (const old of document.querySelectorAll("main section.part")) old.remove();
  const end = document.getElementById("gaps");
  for (const name of kind.sections) {
    const {title, lead} = sections[name], node = element("section", {id: name, class: "part"},
      title && element("h2", {}, title), lead && element("p", {class: "lead"}, lead instanceof Function ? lead(kind) : lead), element("div", {class: "body"}));
    if (name === "headline") document.getElementById("comparison").before(node); else end.before(node);
  }
  end.after(document.getElementById("repeat"));
}

function showSections(run) {
  const kind = kindOf(run), gaps = new Map();  // sentence → the sections that it explains
  placeSections(kind);
  for (const name of kind.sections) {
    const {title, show, lacks} = sections[name], words = lacks && lacks(run), body = document.querySelector(`#${name} .body`);
    body.parentNode.hidden = Boolean(words);
    if (words) gaps.set(words, [...(gaps.get(words) || []), title]);
    else show(body, run);
  }
  document.getElementById("gaps").hidden = gaps.size === 0;
  document.querySelector("#gaps .body").replaceChildren(table(null, [...gaps].map(([words, names]) => [names.join("; "), words]), {class: "facts"}));
}

async function showRun(run) {
  document.title = `${run.facts.name}: Ebb report`;
  await Promise.all([loadSprites(run), openModel(run)]);
  showSections(run);
  showContents();
}

function showContents() {
  const list = document.getElementById("contents"), others = {comparison: "Runs", gaps: "What is missing"};
  list.replaceChildren();
  for (const part of document.querySelectorAll("main section:not([hidden])"))
    list.append(element("li", {}, element("a", {href: `#${part.id}`}, others[part.id] || sections[part.id].short)));
}

function showTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)"), root = document.documentElement;
  document.getElementById("theme").addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
}

function showChooser() {
  const chooser = document.getElementById("run"), several = report.runs.length > 1;
  report.runs.forEach((run, i) => chooser.append(element("option", {value: i}, run.facts.name)));
  chooser.addEventListener("change", () => showRun(report.runs[chooser.value]));
  document.querySelector(".chooser").hidden = !several;
  document.getElementById("comparison").hidden = !several;
  if (several) showComparison(document.querySelector("#comparison .body"), report.runs);
}

showTheme();
showChooser();
document.getElementById("version").textContent = report.version;
const started = showRun(report.runs[0]);
