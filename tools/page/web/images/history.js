// Pictures of several epochs, one after the other.

function strip(source, words) {
  return element("img", {src: source, alt: words, style: "width:min(100%,620px);image-rendering:pixelated;display:block;border:1px solid var(--line)"});
}

// One picture of many, by epoch.
function frameAt(frames, epoch) {
  let at = 0;
  frames.epochs.forEach((each, i) => { if (each <= epoch) at = i; });
  return frames.strips[at];
}

function showHistory(body, run) {
  const {history} = run, kinds = [["samples", "New images, from the same noise"], ["reconstructions", "What it makes of the test images"]].filter(([kind]) => history[kind]);
  const epochs = history[kinds[0][0]].epochs, words = element("output", {}), images = {};
  const slider = element("input", {type: "range", min: 0, max: epochs.length - 1, value: epochs.length - 1, style: "width:min(24rem,60vw)", "aria-label": "epoch"});
  const show = () => {
    const epoch = epochs[slider.value];
    words.textContent = `epoch ${epoch}`;
    slider.setAttribute("aria-valuetext", words.textContent);
    for (const [kind] of kinds) images[kind].src = frameAt(history[kind], epoch);
  };
  let timer = null;
  const play = button("Play", () => {
    if (timer) { clearInterval(timer); timer = null; play.textContent = "Play"; return; }
    slider.value = 0;
    show();
    play.textContent = "Stop";
    timer = setInterval(() => {
      if (Number(slider.value) >= epochs.length - 1) { play.click(); return; }
      ++slider.valueAsNumber;
      show();
    }, 450);
  });
  slider.addEventListener("input", show);
  body.append(element("div", {class: "controls"}, play, slider, words));
  for (const [kind, title] of kinds) body.append(element("h3", {}, title), images[kind] = strip(history[kind].strips[0], title));
  if (history.originals) body.append(element("h3", {}, "The test images"), strip(history.originals, "test images"));
  show();
}
