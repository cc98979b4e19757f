// Texts: lines, and what each token of one costs.

const mostNats = 6;  // of a token that is marked as strongly as can be

const visibleText = (text) => text.replace(/\t/g, "⇥");

function textLine(text, attributes) {
  return element("span", {class: "text", ...attributes}, text === "" ? element("i", {}, "(nothing)") : visibleText(text));
}

// A text whose pieces have a bar below, the thicker the more nats; arrow keys read them one by one into `readout`.
function heatedText({pieces, nats, left_out: leftOut}, readout) {
  const words = (i) => `${pieces[i] === "" ? "the end" : `“${pieces[i]}”`}: ${format(nats[i], 3)} nats, a chance of ${format(100 * Math.exp(-nats[i]), 2)} %`;
  const parts = pieces.map((piece, i) => element("span", {class: "token", style: `--nats:${Math.min(1, nats[i] / mostNats).toFixed(3)}`, title: words(i)}, piece === "" ? "⏎" : visibleText(piece)));
  let at = -1;
  const read = (i) => {
    if (at >= 0) parts[at].classList.remove("now");
    at = i;
    parts[at].classList.add("now");
    readout.textContent = ` ${words(at)}`;
  };
  const line = element("p", {class: "text heat", tabindex: 0, role: "group", "aria-label": `${pieces.join("")}: arrow keys read what each piece costs`}, parts, leftOut ? element("span", {class: "note"}, ` … and ${format(leftOut)} more tokens`) : null);
  line.addEventListener("pointermove", (event) => { const i = parts.indexOf(event.target); if (i >= 0 && i !== at) read(i); });
  line.addEventListener("keydown", (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1, Home: -parts.length, End: parts.length}[event.key];
    if (!step || !parts.length) return;
    event.preventDefault();
    read(Math.max(0, Math.min(parts.length - 1, at + step)));
  });
  return line;
}

function textEntry(run, group, i) {
  const entry = group.entries[i], {tokens} = entry, again = group.reconstructions && group.reconstructions[i];
  const count = tokens ? tokens.nats.length : 0, all = tokens ? tokens.nats.reduce((a, b) => a + b, 0) : 0;
  const figures = [`#${entry.index}: ${fixed(-entry.strangeness, 1)} nats`, entry.kl == null ? null : `of which ${fixed(entry.kl, 2)} are the code's`, tokens && count && !tokens.left_out ? `${format(all / count, 3)} for each piece` : null];
  const readout = element("b", {"aria-live": "polite"});
  return element("li", {}, tokens ? heatedText(tokens, readout) : textLine(group.examples[i]),
    again == null ? null : element("p", {}, element("span", {class: "note"}, again === group.examples[i] ? "made again, the same: " : "made again: "), textLine(again)),
    element("p", {class: "note"}, `${figures.filter(Boolean).join("; ")}.`, readout));
}
