// Fills the sections with what was found of a run, and the page's own controls.

// A section's name, what fills it, and the data that it needs; without those the page says why.
const sections = [
  ["headline", showHeadline, []],
  ["curves", showCurves, ["curves"]],
];

const titles = {headline: "Figures"};

// Sentences for each kind of data that the run lacks.
function gapWords(run, needs) {
  return needs.filter((need) => run[need] == null).map((need) => run.gaps[need] || `The page has no ${need} of this run.`);
}

function showSection(name, show, needs, run) {
  const body = document.querySelector(`#${name} .body`);
  const gaps = gapWords(run, needs);
  body.replaceChildren();
  if (gaps.length) body.append(...[...new Set(gaps)].map((words) => element("p", {class: "gap"}, words)));
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
  await loadSprites(run);
  for (const [name, show, needs] of sections) showSection(name, show, needs, run);
}

function showContents() {
  const list = document.getElementById("contents");
  for (const part of document.querySelectorAll("main section:not([hidden])")) {
    const heading = part.querySelector("h2");
    list.append(element("li", {}, element("a", {href: `#${part.id}`}, titles[part.id] || heading.textContent)));
  }
}

function showTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const root = document.documentElement;
  document.getElementById("theme").addEventListener("click", () => {
    const now = root.dataset.theme || (dark.matches ? "dark" : "light");
    root.dataset.theme = now === "dark" ? "light" : "dark";
  });
}

function showChooser() {
  const chooser = document.getElementById("run");
  report.runs.forEach((run, i) => chooser.append(element("option", {value: i}, run.facts.name)));
  chooser.addEventListener("change", () => showRun(report.runs[chooser.value]));
  document.querySelector(".chooser").hidden = report.runs.length < 2;
}

showTheme();
showChooser();
showContents();
document.getElementById("version").textContent = report.version;
const started = showRun(report.runs[0]);
