// Runs a trained network: the list of operations that tools/exporting/page_model.hpp describes.
//
//     const model = await EbbModel.load(json);       // an object, or its text
//     model.parts                                    // ["encoder", "decoder"], or those that there are
//     model.missing                                  // {decoder: "why it is not there"}
//     model.inputs("decoder")                        // {codes: [-1, 20], labels: [-1]}: shapes; -1 counts examples
//     const {images} = model.run("decoder", {codes}, 3);
//
// All arrays are flat, in row-major order, the examples one after another: `codes` is a Float32Array
// of 3 x 20 numbers and `images` one of 3 x 784.
//     encoder: {images [, labels]} to {mean [, log_variance] [, logits]}
//     decoder: {codes [, labels]} to {images [, numbers]}
// Labels are whole numbers, one for each example; only a model that is told them takes them.
// `images` are the means of p(x|z). `numbers` are what the likelihood is made of, `model.likelihood`:
//     bernoulli, continuous-bernoulli        logits
//     gaussian, gaussian-per-pixel           means (the variance is a weight of its own)
//     logistic, beta-binomial                for all pixels the location, then for all the log of the scale;
//                                            for all log alpha, then for all log beta

class EbbModel {
  static async load(json) {
    const model = typeof json === "string" ? JSON.parse(json) : json;
    return new EbbModel(model, await EbbModel.#unpack(model.weights));
  }

  constructor(model, weights) {
    this.likelihood = model.likelihood;
    this.missing = {...model.missing};
    this.graphs = {};
    for (const [part, graph] of Object.entries(model.parts)) {
      const unknown = graph.operations.find(({name}) => !EbbModel.#operations[name]);
      if (unknown) this.missing[part] = `the page knows no operation ${unknown.name}`;
      else this.graphs[part] = graph;
      graph.constants = new Array(graph.values.length).fill(null);
      for (const [value, at, scale] of graph.weights)
        graph.constants[value] = Float32Array.from(weights.subarray(at, at + EbbModel.#count(graph.values[value])), (each) => each * scale);
      for (const [value, number] of graph.scalars) graph.constants[value] = Float32Array.of(number);
    }
    this.parts = Object.keys(this.graphs);
  }

  inputs(part) {
    const graph = this.#graph(part);
    return Object.fromEntries(graph.inputs.map(({name, value}) => [name, graph.values[value]]));
  }

  run(part, inputs, count) {
    const graph = this.#graph(part), data = graph.constants.slice();
    const shapes = graph.values.map((shape) => shape.map((length) => (length < 0 ? count : length)));
    for (const {name, value} of graph.inputs) {
      const size = EbbModel.#count(shapes[value]);
      if (!inputs[name] || inputs[name].length !== size)
        throw new Error(`${part}: ${name} must be ${size} numbers, for ${count} examples`);
      data[value] = inputs[name];
    }
    for (const operation of graph.operations) {
      const values = operation.inputs.map((value) => ({data: data[value], shape: shapes[value]}));
      data[operation.output] = EbbModel.#operations[operation.name](values, shapes[operation.output], operation);
    }
    return Object.fromEntries(graph.outputs.map(({name, value}) => [name, data[value]]));
  }

  #graph(part) {
    if (!this.graphs[part]) throw new Error(`${part}: ${this.missing[part] || "there is no such part"}`);
    return this.graphs[part];
  }

  static #count(shape) { return shape.reduce((product, length) => product * length, 1); }

  // base64 of zlib of 16-bit integers, all low bytes before all high ones.
  static async #unpack(text) {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer()), count = planes.length / 2;
    return Int16Array.from({length: count}, (_, i) => planes[i] | (planes[count + i] << 8));
  }

  // What an element of the result is made of, f(a, b, c), where shapes are stretched to the result's.
  static #elementwise(f) {
    return (values, shape) => {
      const result = new Float32Array(EbbModel.#count(shape));
      const [a, b, c] = values.map((value) => EbbModel.#stretched(value, shape));
      if (!b) for (let i = 0; i < result.length; ++i) result[i] = f(a[i]);
      else if (!c) for (let i = 0; i < result.length; ++i) result[i] = f(a[i], b[i]);
      else for (let i = 0; i < result.length; ++i) result[i] = f(a[i], b[i], c[i]);
      return result;
    };
  }

  // Its elements under another shape: axes of length 1, and those that it lacks in front, repeat.
  static #stretched({data, shape}, wanted) {
    if (data.length === EbbModel.#count(wanted)) return data;
    if (data.length === 1) return new Float32Array(EbbModel.#count(wanted)).fill(data[0]);
    const missing = wanted.length - shape.length, steps = EbbModel.#steps(shape);
    return EbbModel.#gathered(data, wanted, wanted.map((_, axis) =>
      axis < missing || shape[axis - missing] === 1 ? 0 : steps[axis - missing]));
  }

  // How far apart neighbors along each axis lie.
  static #steps(shape) {
    const steps = new Array(shape.length);
    for (let axis = shape.length - 1, step = 1; axis >= 0; --axis) {
      steps[axis] = step;
      step *= shape[axis];
    }
    return steps;
  }

  // start + steps · index, for all indices of the shape in order.
  static #places(shape, steps, start = 0) {
    const result = new Int32Array(EbbModel.#count(shape)), index = shape.map(() => 0);
    for (let i = 0, at = start; i < result.length; ++i) {
      result[i] = at;
      for (let axis = shape.length - 1; axis >= 0; --axis) {
        at += steps[axis];
        if (++index[axis] < shape[axis]) break;
        at -= steps[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return result;
  }

  static #gathered(data, shape, steps, start = 0) {
    return Float32Array.from(EbbModel.#places(shape, steps, start), (at) => data[at]);
  }

  // x Wᵀ + b: every row of x with every row of W. Four sums at a time need not wait for one another.
  static #linear([x, w, b], shape) {
    const [outputs, inputs] = w.shape, result = new Float32Array(EbbModel.#count(shape)), fours = inputs - (inputs % 4);
    for (let from = 0, at = 0; at < result.length; from += inputs)
      for (let o = 0, wi = 0; o < outputs; ++o, ++at) {
        let s0 = b ? b.data[o] : 0, s1 = 0, s2 = 0, s3 = 0, xi = from;
        for (const end = from + fours; xi < end; xi += 4, wi += 4) {
          s0 += x.data[xi] * w.data[wi];
          s1 += x.data[xi + 1] * w.data[wi + 1];
          s2 += x.data[xi + 2] * w.data[wi + 2];
          s3 += x.data[xi + 3] * w.data[wi + 3];
        }
        for (; xi < from + inputs; ++xi, ++wi) s0 += x.data[xi] * w.data[wi];
        result[at] = s0 + s1 + (s2 + s3);
      }
    return result;
  }

  // A convolution connects a smaller image with a larger one: pixel (y, x) of the smaller with pixels
  // (y, x) · stride - padding + k · dilation of the larger, by the weights [smaller, larger, k] of their
  // channels. conv2d computes the smaller one: W times the windows of the larger, a column for each
  // pixel. conv_transpose2d computes Wᵀ times the smaller, and adds these windows up.
  static #convolve([x, w, b], shape, options, forward) {
    if (options.groups !== 1) throw new Error("convolutions in groups are not supported");
    const result = new Float32Array(EbbModel.#count(shape)), pixels = shape[2] * shape[3];
    if (b) for (let i = 0; i < result.length; ++i) result[i] = b.data[Math.floor(i / pixels) % shape[1]];
    const [small, large] = forward ? [shape, x.shape] : [x.shape, shape], smallPixels = small[2] * small[3];
    const places = EbbModel.#windows(small, large, w.shape, options), rows = places.length / smallPixels;
    for (let n = 0; n < shape[0]; ++n) {
      const smallAt = n * small[1] * smallPixels, largeAt = n * large[1] * large[2] * large[3];
      if (forward) {
        const columns = Float32Array.from(places, (at) => (at < 0 ? 0 : x.data[largeAt + at]));
        const image = result.subarray(smallAt, smallAt + small[1] * smallPixels);
        EbbModel.#addProduct(image, w.data, [rows, 1], columns, small[1], rows, smallPixels);
      } else {
        const columns = new Float32Array(places.length), image = x.data.subarray(smallAt, smallAt + small[1] * smallPixels);
        EbbModel.#addProduct(columns, w.data, [1, rows], image, rows, small[1], smallPixels);
        for (let i = 0; i < places.length; ++i) if (places[i] >= 0) result[largeAt + places[i]] += columns[i];
      }
    }
    return result;
  }

  // Where the pixels of each window lie in the larger image, [its channels, rows and columns of a
  // window, pixels of the smaller image]; -1: in the padding.
  static #windows([, , height, width], [, channels, largeHeight, largeWidth], [, , rows, columns], {stride, padding, dilation}) {
    const places = new Int32Array(channels * rows * columns * height * width);
    let i = 0;
    for (let c = 0; c < channels; ++c)
      for (let k = 0; k < rows; ++k)
        for (let m = 0; m < columns; ++m)
          for (let y = 0; y < height; ++y)
            for (let x = 0; x < width; ++x) {
              const row = y * stride[0] - padding[0] + k * dilation[0], column = x * stride[1] - padding[1] + m * dilation[1];
              const inside = row >= 0 && row < largeHeight && column >= 0 && column < largeWidth;
              places[i++] = inside ? (c * largeHeight + row) * largeWidth + column : -1;
            }
    return places;
  }

  // sum += A B for B [inner, columns], where A's elements lie [down, right] apart: four rows of B at a
  // time, so that a sum is read and written a quarter as often.
  static #addProduct(sum, a, [down, right], b, rows, inner, columns) {
    const fours = inner - (inner % 4);
    for (let r = 0; r < rows; ++r) {
      const to = r * columns;
      for (let k = 0; k < fours; k += 4) {
        const at = r * down + k * right, a0 = a[at], a1 = a[at + right], a2 = a[at + 2 * right], a3 = a[at + 3 * right];
        const b0 = k * columns, b1 = b0 + columns, b2 = b1 + columns, b3 = b2 + columns;
        for (let i = 0; i < columns; ++i) sum[to + i] += a0 * b[b0 + i] + a1 * b[b1 + i] + a2 * b[b2 + i] + a3 * b[b3 + i];
      }
      for (let k = fours; k < inner; ++k) {
        const each = a[r * down + k * right];
        for (let i = 0; i < columns; ++i) sum[to + i] += each * b[k * columns + i];
      }
    }
  }

  // The axis alone, between what stands before and behind it: [outer, length, inner].
  static #around(shape, axis) {
    return [EbbModel.#count(shape.slice(0, axis)), shape[axis], EbbModel.#count(shape.slice(axis + 1))];
  }

  static #best(better) {
    return ([x], shape, {axis}) => {
      const [outer, length, inner] = EbbModel.#around(x.shape, axis), result = new Int32Array(outer * inner);
      for (let o = 0; o < outer; ++o)
        for (let i = 0; i < inner; ++i)
          for (let k = 1, at = o * length * inner + i, best = x.data[at]; k < length; ++k)
            if (better(x.data[at + k * inner], best)) {
              best = x.data[at + k * inner];
              result[o * inner + i] = k;
            }
      return result;
    };
  }

  static #sum([x], shape, {axes}) {
    const result = new Float32Array(EbbModel.#count(shape)), kept = x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length));
    const steps = EbbModel.#steps(kept).map((step, axis) => (axes.includes(axis) ? 0 : step));
    const places = EbbModel.#places(x.shape, steps);
    for (let i = 0; i < places.length; ++i) result[places[i]] += x.data[i];
    return result;
  }

  static #cat(values, shape, {axis}) {
    const result = new Float32Array(EbbModel.#count(shape)), [outer, , inner] = EbbModel.#around(shape, axis);
    for (let o = 0, at = 0; o < outer; ++o)
      for (const value of values) {
        const size = value.shape[axis] * inner;
        for (let i = 0; i < size; ++i) result[at++] = value.data[o * size + i];
      }
    return result;
  }

  static #slice([x], shape, {axis, start, step}) {
    const steps = EbbModel.#steps(x.shape), from = start * steps[axis];
    return EbbModel.#gathered(x.data, shape, steps.map((s, a) => (a === axis ? s * step : s)), from);
  }

  static #permute([x], shape, {order}) {
    const steps = EbbModel.#steps(x.shape);
    return EbbModel.#gathered(x.data, shape, order.map((axis) => steps[axis]));
  }

  static #embedding([table, index]) {
    const width = table.shape[1], result = new Float32Array(index.data.length * width);
    for (let i = 0; i < index.data.length; ++i) result.set(table.data.subarray(index.data[i] * width, (index.data[i] + 1) * width), i * width);
    return result;
  }

  // Abramowitz and Stegun, 7.1.26: off by at most 1.5e-7.
  static #erf(x) {
    const t = 1 / (1 + 0.3275911 * Math.abs(x));
    const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
    return Math.sign(x) * (1 - series * Math.exp(-x * x));
  }

  static #operations = {
    abs: EbbModel.#elementwise(Math.abs),
    exp: EbbModel.#elementwise(Math.exp),
    expm1: EbbModel.#elementwise(Math.expm1),
    gelu: EbbModel.#elementwise((x) => 0.5 * x * (1 + EbbModel.#erf(x * Math.SQRT1_2))),
    log: EbbModel.#elementwise(Math.log),
    log1p: EbbModel.#elementwise(Math.log1p),
    negate: EbbModel.#elementwise((x) => -x),
    relu: EbbModel.#elementwise((x) => (x > 0 ? x : 0)),
    sigmoid: EbbModel.#elementwise((x) => 1 / (1 + Math.exp(-x))),
    softplus: EbbModel.#elementwise((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
    sqrt: EbbModel.#elementwise(Math.sqrt),
    square: EbbModel.#elementwise((x) => x * x),
    tanh: EbbModel.#elementwise(Math.tanh),
    add: EbbModel.#elementwise((a, b) => a + b),
    subtract: EbbModel.#elementwise((a, b) => a - b),
    multiply: EbbModel.#elementwise((a, b) => a * b),
    divide: EbbModel.#elementwise((a, b) => a / b),
    less: EbbModel.#elementwise((a, b) => (a < b ? 1 : 0)),
    clamp: EbbModel.#elementwise((x, low, high) => Math.min(Math.max(x, low), high)),
    where: EbbModel.#elementwise((mask, a, b) => (mask ? a : b)),
    linear: EbbModel.#linear,
    conv2d: (values, shape, options) => EbbModel.#convolve(values, shape, options, true),
    conv_transpose2d: (values, shape, options) => EbbModel.#convolve(values, shape, options, false),
    sum: EbbModel.#sum,
    argmax: EbbModel.#best((a, b) => a > b),
    argmin: EbbModel.#best((a, b) => a < b),
    embedding: EbbModel.#embedding,
    cat: EbbModel.#cat,
    slice: EbbModel.#slice,
    permute: EbbModel.#permute,
    expand: ([x], shape) => EbbModel.#stretched(x, shape),
    reshape: ([x]) => x.data,
  };
}
