"use strict";

// What all parts of the page share: its data, elements, numbers, downloads.

const report = JSON.parse(document.getElementById("data").textContent);

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child != null));
  return node;
}

// element("p", {class: "note"}, "Words", element("b", {}, "and more"))
function element(tag, attributes, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

// A number as a reader wants it; a dash where there is none.
function format(value, digits = 4) {
  if (value == null || Number.isNaN(value)) return "–";
  if (Number.isInteger(value)) return minus((value || 0).toLocaleString("en-US"));  // no −0
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return minus(value.toExponential(2));
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size || 1)));
  return minus(value.toFixed(Math.min(decimals, 6)));
}

const minus = (text) => text.replace(/-/g, "−");
const fixed = (value, decimals) => (value == null ? "–" : minus(value.toFixed(decimals).replace(/^-(0(\.0*)?)$/, "$1")));
const withError = (value, error, decimals = 2) =>
  fixed(value, decimals) + (error == null ? "" : " ± " + fixed(error, decimals));
// A name that is no longer than there is room for.
function shortened(name, most) {
  const letters = [...name];
  return letters.length > most ? letters.slice(0, most - 1).join("") + "…" : name;
}

const color = (i) => `var(--c${i % 10})`;
const last = (list) => (list && list.length ? list[list.length - 1] : null);

// A figure of the epoch whose weights the run keeps: the best one where it keeps that, else the last.
function kept({curves, facts: {config}}, key) {
  const best = config.keep === "best" && config.best_epoch ? curves.epoch.lastIndexOf(config.best_epoch) : -1;
  return best < 0 ? last(curves[key]) : (curves[key] || [])[best] ?? null;
}

// What packed() in encoding.hpp wrote.
function unpack(packed) {
  const text = atob(packed.int16);
  const numbers = new Float32Array(text.length / 2);
  for (let i = 0; i < numbers.length; ++i) {
    const bits = text.charCodeAt(2 * i) | (text.charCodeAt(2 * i + 1) << 8);
    numbers[i] = ((bits << 16) >> 16) * packed.scale;
  }
  return numbers;
}

function download(name, text) {
  const link = element("a", {href: URL.createObjectURL(new Blob([text])), download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// {epoch: [1, 2], loss: [3, 4]} as lines of text.
function csvOf(columns) {
  const names = Object.keys(columns);
  const rows = columns[names[0]].map((_, i) => names.map((name) => columns[name][i] ?? "").join(","));
  return names.join(",") + "\n" + rows.join("\n") + "\n";
}

function button(words, action, attributes) {
  return element("button", {type: "button", ...attributes, onclick: action}, words);
}

function table(head, rows, attributes) {
  const line = (cells, tag) =>
    element("tr", {}, cells.map((cell, i) => element(tag === "th" || i === 0 ? "th" : "td", {scope: tag === "th" ? "col" : i === 0 ? "row" : null}, cell)));
  return element("div", {class: "scroll"}, element("table", attributes,
    head && element("thead", {}, line(head, "th")),
    element("tbody", {}, rows.map((row) => line(row, "td")))));
}

// Numbers drawn from N(0, 1), the same for the same seed.
function normalNumbers(seed) {
  let state = seed >>> 0;
  const uniform = () => {  // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
}
