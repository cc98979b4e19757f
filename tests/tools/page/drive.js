// What a reader does with the page, for tests: the results stand in the page's last element. The
// test calls drive with what is to be done; of images it sets `expected`: {codes, images} of Ebb's
// decoder.

const problems = [];
window.addEventListener("error", (event) => problems.push(`error: ${event.message}`));
window.addEventListener("unhandledrejection", (event) => problems.push(`error: ${event.reason}`));

function check(that, words) {
  if (!that) problems.push(words);
}

window.alert = (words) => check(false, `a script of the data ran: ${words}`);

const contents = (canvas) => canvas.toDataURL();

function changes(what, read, act) {
  const before = read();
  act();
  check(read() !== before, `${what} changes nothing`);
}

function press(node, key) {
  node.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true, cancelable: true}));
}

function driveModel(run) {
  const found = decode(run, Float32Array.from(expected.codes), expected.count, 0);
  const off = Math.max(...expected.images.map((value, i) => Math.abs(value - found[i])));
  check(off < 1e-3, `the decoder is off by ${off}`);
  const slider = document.querySelector("#explorer input[type=range][aria-label]"), picture = run.explorer.canvas;
  changes("a slider", () => contents(picture), () => { slider.value = 2.5; slider.dispatchEvent(new Event("input")); });
  changes("a draw", () => contents(picture), () => document.getElementById("draw").click());
  const result = document.querySelector("#own .columns > div");
  showOwnResult(result, run, run.drawing.pixels, 0);
  changes("a key in the drawing", () => contents(run.drawing.canvas), () => { press(run.drawing.canvas, "ArrowUp"); press(run.drawing.canvas, " "); });
  check(result.querySelectorAll("canvas").length > 1, "an own image shows no draws");
  check(document.querySelectorAll("#walks canvas").length > 20, "there are no walks");
}

// Charts, map, contents: what pages of all kinds have.
function drivePage(run) {
  const chart = document.querySelector("#curves svg[tabindex]"), readout = document.querySelector("#curves .readout");
  changes("an arrow key in a chart", () => readout.textContent, () => press(chart, "ArrowLeft"));
  changes("the switch to dark", () => getComputedStyle(document.body).backgroundColor, () => document.getElementById("theme").click());
  for (const link of document.querySelectorAll("nav a")) check(document.querySelector(link.getAttribute("href")), `${link} leads nowhere`);
  for (const canvas of document.querySelectorAll("canvas")) check(canvas.getAttribute("aria-label"), "a picture has no name");
  for (const name of kindOf(run).sections) check(document.querySelector(`#${name} .body`).children.length > 0 || document.getElementById(name).hidden, `${name} is empty`);
  check(document.documentElement.scrollWidth <= innerWidth, "the page is wider than the window");
}

// What the map shows where one points, and after keys.
function driveMap(run) {
  const map = document.querySelector("#map svg[tabindex]"), panel = () => document.querySelector("#map [aria-live]").textContent;
  const mark = map.querySelectorAll("text")[1], box = map.getBoundingClientRect();
  const at = (name, size) => (Number(mark.getAttribute(name)) / size);
  map.dispatchEvent(new PointerEvent("pointermove", {clientX: box.left + at("x", mapView.width) * box.width, clientY: box.top + at("y", mapView.height) * box.height}));
  check(panel().includes("1"), "pointing at a mark of the map shows nothing");
  press(map, "Home");
  for (const key of ["ArrowRight", "ArrowLeft", "Enter"]) press(map, key);
  check(panel().includes("Nearest to"), "Enter in the map shows no neighbors");
  check(codesCsv(run).split("\n").length === run.shown.count + 2, "codes.csv has not a line for each example");
}

function driveImages() {
  check(document.querySelectorAll("#map li canvas").length === 10, "the map shows no 10 neighbors");
  const epochs = document.querySelector("#history input");
  changes("the slider of epochs", () => document.querySelector("#history img").src, () => { epochs.value = 0; epochs.dispatchEvent(new Event("input")); });
}

// Words of the data are words, never elements. (A script in a page may not hold "<" before words that open or end one.)
function checkWords(run, ...words) {
  check(document.querySelectorAll("main script, main img").length === 0, "the data made elements");
  const text = document.querySelector("main").textContent;
  for (const each of words) check(text.includes(each), `the page does not show ${each}`);
}

function driveTexts(run) {
  checkWords(run, "\u003cscript>alert(", "&lt;b&gt; \"it's\" \u003c/script>\u003c!--", "naïve 日本");
  const line = document.querySelector("#examples .heat"), readout = () => line.parentNode.querySelector("[aria-live]").textContent;
  changes("an arrow key in a text", readout, () => press(line, "ArrowRight"));
  changes("pointing at a token", readout, () => line.children[3].dispatchEvent(new PointerEvent("pointermove", {bubbles: true})));
  check(document.querySelectorAll("#newTexts li").length === 40, "there are not 40 new texts");
  check(document.getElementById("textWalks").hidden === !run.codes, "walks are there without codes, or not with them");
}

function driveRows(run) {
  checkWords(run, "\u003cb>size\u003c/b>", "a \"b\" & c", "\u003cimg src=x onerror=alert(1)>", "&amp;");
  check(document.querySelectorAll("#columns .marginal").length === 5, "there are not five marginals");
  check(document.querySelectorAll("#relations svg").length === 2, "there are not two matrices");
  check(document.querySelectorAll("#absent tr").length > 4, "no missing cells are shown");
  const select = document.querySelectorAll("#map select")[2], legend = () => document.querySelector("#map .legend").textContent;
  changes("another coloring", legend, () => { select.value = 1; select.dispatchEvent(new Event("change")); });
  const worst = document.querySelector("#examples");
  check(worst.querySelectorAll("tr.again").length === 24, "rows are not made again");
  const odd = run.examples.worst.entries.filter((entry) => entry.odd_nats >= oddNats).length;
  check(odd === 0 || worst.querySelector("td.odd small"), "no odd cell is marked");
}

async function drive(...parts) {
  try {
    await started;
    for (const part of parts) part(report.runs[0]);
  } catch (problem) {
    problems.push(`error: ${problem.stack}`);
  }
  document.body.append(element("pre", {id: "result"}, problems.length ? problems.join("\n") : "all is well"));
}
