// Fills the sections with what was found of a run, and the page's own controls.

// Each answers what a section lacks in this run, in a sentence; nothing where it has all.
const missing = (run, ...needs) => needs.filter((need) => run[need] == null).map((need) => run.gaps[need] || `The page has no ${need} of this run.`)[0];
const lacksCodes = (run) => missing(run, "codes", "images") || (hasCodes(run) ? null : `A code has ${format(run.codes.width)} numbers, too many for a page.`);
const lacksParts = (run, ...names) => lacksCodes(run) ||
  (run.codes.codebook ? "Codes are vectors of a codebook, chosen one after the other by a transformer: there is nothing to slide along." : null) ||
  missing(run, "network") || names.filter((name) => !hasPart(run, name)).map((name) => `The page has no ${name}: ${run.network.missing[name]}.`)[0];

// A section's name, what fills it, what it lacks.
const sections = [
  ["headline", showHeadline, () => null],
  ["curves", showCurves, () => null],
  ["latents", showLatents, lacksCodes],
  ["map", showMap, lacksCodes],
  ["explorer", showExplorer, (run) => lacksParts(run, "decoder")],
  ["own", showOwn, (run) => lacksParts(run, "encoder", "decoder")],
  ["walks", showWalks, (run) => lacksParts(run, "decoder")],
  ["examples", showExamples, (run) => missing(run, "examples")],
  ["samples", showSamples, (run) => missing(run, "samples")],
  ["history", showHistory, (run) => missing(run, "history")],
  ["repeat", showRepeat, () => null],
];

// Names of sections above, where headings are long.
const shortNames = {headline: "Figures", comparison: "Runs", curves: "Curves", latents: "Codes", map: "Map", explorer: "Decoder", own: "Your image", walks: "Walks", examples: "Best and worst", samples: "Samples", history: "Over time", gaps: "What is missing", repeat: "Repeat"};

function showSections(run) {
  const gaps = new Map();  // sentence → the sections that it explains
  for (const [name, show, lacks] of sections) {
    const body = document.querySelector(`#${name} .body`), words = lacks(run);
    body.replaceChildren();
    body.parentNode.hidden = Boolean(words);
    if (words) gaps.set(words, [...(gaps.get(words) || []), document.querySelector(`#${name} h2`).textContent]);
    else show(body, run);
  }
  document.getElementById("gaps").hidden = gaps.size === 0;
  document.querySelector("#gaps .body").replaceChildren(table(null, [...gaps].map(([words, names]) => [names.join("; "), words]), {class: "facts"}));
}

// Pictures that several sections draw from must be decoded first.
async function loadSprites(run) {
  const sprites = [run.images, run.samples && run.samples.images, run.samples && run.samples.nearest];
  for (const kind of ["best", "median", "worst"])
    if (run.examples) sprites.push(run.examples[kind].images, run.examples[kind].reconstructions);
  await Promise.all(sprites.map(loadSprite));
}

async function showRun(run) {
  document.title = `${run.facts.name}: Ebb report`;
  await Promise.all([loadSprites(run), openModel(run)]);
  showSections(run);
  showContents();
}

function showContents() {
  const list = document.getElementById("contents");
  list.replaceChildren();
  for (const part of document.querySelectorAll("main section:not([hidden])"))
    list.append(element("li", {}, element("a", {href: `#${part.id}`}, shortNames[part.id])));
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
