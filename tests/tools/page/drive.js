// What a reader does with the page, for tests: the results stand in the page's last element. The
// test sets `expected`: {codes, images} of Ebb's decoder.

const problems = [];
window.addEventListener("error", (event) => problems.push(`error: ${event.message}`));
window.addEventListener("unhandledrejection", (event) => problems.push(`error: ${event.reason}`));

function check(that, words) {
  if (!that) problems.push(words);
}

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

function drivePage(run) {
  const map = document.querySelector("#map svg[tabindex]");
  press(map, "ArrowRight");
  press(map, "Enter");
  check(document.querySelectorAll("#map li canvas").length === 10, "the map shows no 10 neighbors");
  const chart = document.querySelector("#curves svg[tabindex]"), readout = document.querySelector("#curves .readout");
  changes("an arrow key in a chart", () => readout.textContent, () => press(chart, "ArrowLeft"));
  const epochs = document.querySelector("#history input");
  changes("the slider of epochs", () => document.querySelector("#history img").src, () => { epochs.value = 0; epochs.dispatchEvent(new Event("input")); });
  changes("the switch to dark", () => getComputedStyle(document.body).backgroundColor, () => document.getElementById("theme").click());
  check(codesCsv(run).split("\n").length === run.images.count + 2, "codes.csv has not a line for each image");
  for (const link of document.querySelectorAll("nav a")) check(document.querySelector(link.getAttribute("href")), `${link} leads nowhere`);
  for (const canvas of document.querySelectorAll("canvas")) check(canvas.getAttribute("aria-label"), "a picture has no name");
}

async function drive() {
  try {
    await started;
    drivePage(report.runs[0]);
    driveModel(report.runs[0]);
  } catch (problem) {
    problems.push(`error: ${problem.stack}`);
  }
  document.body.append(element("pre", {id: "result"}, problems.length ? problems.join("\n") : "all is well"));
}
