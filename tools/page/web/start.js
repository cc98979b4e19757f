// Fills the sections with what was found of a run, and the page's own controls.

// A section's name, what fills it, and the data that it needs; without those the page says why.
const sections = [
  ["headline", showHeadline, []],
  ["curves", showCurves, ["curves"]],
  ["latents", showLatents, ["codes"]],
  ["map", showMap, ["codes", "images"]],
  ["explorer", showExplorer, ["codes", "images", "network"]],
  ["own", showOwn, ["codes", "images", "network"]],
  ["walks", showWalks, ["codes", "images", "network"]],
  ["examples", showExamples, ["examples"]],
  ["samples", showSamples, ["samples"]],
  ["history", showHistory, ["history"]],
  ["repeat", showRepeat, []],
];

// Names of sections above, where headings are long.
const shortNames = {headline: "Figures", comparison: "Runs", curves: "Curves", latents: "Codes", map: "Map", explorer: "Decoder", own: "Your image", walks: "Walks", examples: "Best and worst", samples: "Samples", history: "Over time", repeat: "Repeat"};

// Sentences for each kind of data that the run lacks.
function gapWords(run, needs) {
  return needs.filter((need) => run[need] == null).map((need) => run.gaps[need] || `The page has no ${need} of this run.`);
}

function showSection(name, show, needs, run) {
  const body = document.querySelector(`#${name} .body`), gaps = [...new Set(gapWords(run, needs))];
  body.replaceChildren();
  if (gaps.length) body.append(element("p", {class: "gap"}, gaps[0]));
  else show(body, run);
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
  for (const [name, show, needs] of sections) showSection(name, show, needs, run);
}

function showContents() {
  const list = document.getElementById("contents");
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
showContents();
document.getElementById("version").textContent = report.version;
const started = showRun(report.runs[0]);
