#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/sequences/attention.hpp>
#include <tensor/views.hpp>

namespace ebb {
namespace {

using detail::Attention;

constexpr double nothing = -std::numeric_limits<double>::infinity();

Shape leading(const Tensor& x) {
  Shape shape = x.shape();
  shape.erase(shape.rank() - 1);
  shape.erase(shape.rank() - 1);
  return shape;
}

Shape with_end(Shape shape, std::int64_t rows, std::int64_t columns) {
  shape.push_back(rows);
  shape.push_back(columns);
  return shape;
}

Tensor under(const Tensor& x, const Shape& batch) {
  return expand(x, with_end(batch, x.size(-2), x.size(-1)));
}

void check(const Tensor& q, const Tensor& k, const Tensor& v) {
  for (const Tensor* x : {&q, &k, &v}) {
    detail::require_value("scaled_dot_product_attention", *x);
    if (x->dtype() != q.dtype() || !is_floating(x->dtype()))
      throw DTypeError(text("scaled_dot_product_attention: q ", q.dtype(), ", k ", k.dtype(),
                            " and v ", v.dtype(),
                            "; all must be float32 or all float64, try cast"));
  }
  if (q.rank() < 2 || k.rank() < 2 || v.rank() < 2 || q.size(-1) != k.size(-1) ||
      k.size(-2) != v.size(-2))
    throw ShapeError(
        text("scaled_dot_product_attention: q ", q.shape(), ", k ", k.shape(), " and v ", v.shape(),
             "; they must be [..., n, d], [..., m, d] and [..., m, e], try transpose"));
}

// What a mask adds, its last axis gapless, expanded to the scores' shape.
Tensor bias_of(const Tensor& mask, const Shape& scores, DType dtype) {
  detail::require_value("scaled_dot_product_attention", mask);
  if (mask.dtype() != DType::int32 && mask.dtype() != dtype)
    throw DTypeError(text("scaled_dot_product_attention: a mask of ", mask.dtype(), " for ", dtype,
                          "; it must be int32 or ", dtype, ", try cast"));
  if (broadcast_shapes("scaled_dot_product_attention", mask.shape(), scores) != scores)
    throw ShapeError(text("scaled_dot_product_attention: a mask ", mask.shape(), " for scores ",
                          scores, "; it must broadcast to them, try unsqueeze"));
  Tensor added = mask.dtype() == DType::int32 ? where(mask, zeros({}, dtype), nothing) : mask;
  Shape rows = added.shape();
  if (rows.rank() == 0) rows = {1};
  rows[rows.rank() - 1] = scores.back();
  return expand(contiguous(expand(added, rows)), scores);
}

// Where the matrices of an operand [..., rows, columns] lie.
class Matrices final {
 public:
  explicit Matrices(const Tensor& x)
      : x_(x), bytes_(static_cast<std::int64_t>(size_of(x.dtype()))) {}

  // From `row` on, those of item `item` of the leading axes.
  MatrixView at(std::int64_t item, std::int64_t row = 0) const {
    const Shape &shape = x_.shape(), &strides = x_.strides();
    const int last = shape.rank() - 1;
    std::int64_t offset = row * strides[last - 1];
    for (int axis = last - 2; axis >= 0; --axis) {
      offset += item % shape[axis] * strides[axis];
      item /= shape[axis];
    }
    return {static_cast<char*>(x_.raw()) + offset * bytes_, strides[last - 1], strides[last]};
  }

 private:
  const Tensor& x_;
  std::int64_t bytes_;
};

MatrixView turned(const MatrixView& x) { return {x.data, x.column_stride, x.row_stride}; }

// A block of queries at a time, so that their scores stay in L2; from the shape alone.
std::int64_t block_rows(std::int64_t keys) {
  return std::clamp<std::int64_t>(32768 / std::max<std::int64_t>(keys, 1), 16, 64);
}

struct Loops {
  explicit Loops(const Attention& attention)
      : of(attention),
        dtype(of.q.dtype()),
        items(leading(of.q).count()),
        n(of.q.size(-2)),
        m(of.k.size(-2)),
        d(of.q.size(-1)),
        e(of.v.size(-1)),
        rows(block_rows(m)),
        step(divide_up(m, 16) * 16) {}

  // Of the block that begins with query r.
  std::int64_t rows_at(std::int64_t r) const { return std::min(rows, n - r); }
  std::int64_t keys_at(std::int64_t r) const { return of.causal ? std::min(m, r + rows_at(r)) : m; }
  kernels::AttentionRows shape_at(std::int64_t r) const {
    const std::int64_t keys = keys_at(r);
    return {rows_at(r), keys, step, of.causal ? std::min(r + 1, keys) : keys, of.causal};
  }
  Tensor room() const { return empty({rows, step}, dtype); }
  MatrixView block(const Tensor& scores) const { return {scores.raw(), step, 1}; }

  // The weights of a block.
  void weigh(std::int64_t item, std::int64_t r, const Tensor& weights) const {
    const kernels::AttentionRows shape = shape_at(r);
    matmul_blocks(dtype, shape.count, shape.columns, d, q.at(item, r), turned(k.at(item)), nullptr,
                  weights.raw(), step);
    const bool biased = of.bias.storage() != nullptr;
    const MatrixView bias = biased ? Matrices(of.bias).at(item, r) : MatrixView{};
    kernels.weigh[static_cast<int>(dtype)](weights.raw(), shape, of.scale, bias.data,
                                           bias.row_stride);
  }

  // y = x where the weights of the block stay, divided by their share; else 0. Both may be one.
  void drop(std::int64_t item, std::int64_t r, const Tensor& x, const Tensor& y) const {
    const kernels::AttentionRows shape = shape_at(r);
    const Tensor chance = empty({shape.columns}, dtype);
    const std::uint64_t start = of.noise.position / (size_of(dtype) / 4);
    with_dtype(dtype, [&]<class T>(T) {
      const T least = static_cast<T>(of.dropout), factor = static_cast<T>(1 / (1 - of.dropout));
      for (std::int64_t row = 0; row < shape.count; ++row) {
        const std::int64_t before = (item * n + r + row) * m;
        kernels_in_use().random.uniform[static_cast<int>(dtype)](
            chance.raw(), of.noise.seed, of.noise.stream, start + static_cast<std::uint64_t>(before),
            shape.columns);
        const T* const from = static_cast<const T*>(x.raw()) + row * step;
        const T* const drawn = static_cast<const T*>(chance.raw());
        T* const to = static_cast<T*>(y.raw()) + row * step;
        for (std::int64_t i = 0; i < shape.columns; ++i)
          to[i] = drawn[i] >= least ? from[i] * factor : T(0);
      }
    });
  }

  const Attention& of;
  DType dtype;
  std::int64_t items, n, m, d, e, rows, step;
  Matrices q{of.q}, k{of.k}, v{of.v};
  const kernels::AttentionKernels& kernels = kernels_in_use().attention;
};

// A new tensor whose rows lie in the order of x's.
Tensor in_order_of(const Tensor& x, std::int64_t columns) {
  Shape shape = x.shape(), strides = x.strides();
  shape[shape.rank() - 1] = columns;
  strides.erase(strides.rank() - 1);
  Shape order = detail::memory_order(strides);
  order.push_back(shape.rank() - 1);
  const Tensor y = empty(shape, x.dtype());
  return Tensor(y.storage(), y.dtype(), shape, detail::dense_strides(shape, order), y.offset());
}

void* writable(const MatrixView& x) { return const_cast<void*>(x.data); }

// The way back through one item of the batch. Each block adds to the gradients of keys and values;
// the last one, which sees most keys, comes first and begins them.
class Back final {
 public:
  Back(const Loops& over, const Tensor& dy, const std::vector<Tensor>& dx)
      : over_(over),
        dy_(dy),
        dx_(dx),
        weights_(over.room()),
        scores_(over.room()),
        part_(empty({over.m, std::max(over.d, over.e)}, over.dtype)) {}

  void run(std::int64_t item) {
    for (std::int64_t i = divide_up(over_.n, over_.rows); i-- > 0;) block(item, i * over_.rows);
  }

 private:
  void block(std::int64_t item, std::int64_t r) {
    const kernels::AttentionRows shape = over_.shape_at(r);
    over_.weigh(item, r, weights_);
    const MatrixView dy = Matrices(dy_).at(item, r);
    if (over_.of.dropout > 0) over_.drop(item, r, weights_, scores_);
    if (has(2)) add(2, item, r, over_.of.dropout > 0 ? scores_ : weights_, dy, over_.e);
    if (!has(0) && !has(1)) return;
    matmul_blocks(over_.dtype, shape.count, shape.columns, over_.e, dy, turned(over_.v.at(item)),
                  nullptr, scores_.raw(), over_.step);
    if (over_.of.dropout > 0) over_.drop(item, r, scores_, scores_);
    over_.kernels.weigh_back[static_cast<int>(over_.dtype)](scores_.raw(), weights_.raw(), shape,
                                                            over_.of.scale);
    if (has(1)) add(1, item, r, scores_, over_.q.at(item, r), over_.d);
    if (!has(0)) return;
    const MatrixView dq = Matrices(dx_[0]).at(item, r);
    matmul_blocks(over_.dtype, shape.count, over_.d, shape.columns, over_.block(scores_),
                  over_.k.at(item), nullptr, writable(dq), dq.row_stride);
  }

  // left ᵀ right, of the block's queries, is added to the gradient of k or v.
  void add(std::size_t which, std::int64_t item, std::int64_t r, const Tensor& left,
           const MatrixView& right, std::int64_t columns) {
    const kernels::AttentionRows shape = over_.shape_at(r);
    const MatrixView x = turned(over_.block(left));
    const MatrixView to = Matrices(dx_[which]).at(item);
    if (r + over_.rows >= over_.n) {  // the first
      matmul_blocks(over_.dtype, shape.columns, columns, shape.count, x, right, nullptr,
                    writable(to), to.row_stride);
      const MatrixView rest = Matrices(dx_[which]).at(item, shape.columns);
      matmul_blocks(over_.dtype, over_.m - shape.columns, columns, 0, x, right, nullptr,
                    writable(rest), to.row_stride);
      return;
    }
    matmul_blocks(over_.dtype, shape.columns, columns, shape.count, x, right, nullptr, part_.raw(),
                  columns);
    const void* const terms[] = {to.data, part_.raw()};
    const auto loop = kernels_in_use().elementwise.loops[static_cast<int>(over_.dtype)]
                                                        [kernels::AllFormulas::place<kernels::Add>];
    loop(writable(to), terms,
         {columns, shape.columns, to.row_stride, {to.row_stride, columns}, {}});
  }
  bool has(std::size_t which) const { return dx_[which].storage() != nullptr; }

  const Loops& over_;
  const Tensor& dy_;
  const std::vector<Tensor>& dx_;
  Tensor weights_, scores_, part_;
};

constexpr std::int64_t task_work = 400'000;  // multiply-adds that are worth a task

}  // namespace

Attention detail::attention(const Tensor& q, const Tensor& k, const Tensor& v,
                            const AttentionOptions& options) {
  check(q, k, v);
  if (!(options.dropout >= 0 && options.dropout < 1))
    throw Error(text("scaled_dot_product_attention: a dropout of ", options.dropout,
                     "; it must be at least 0 and below 1, try 0.1"));
  const char* const name = "scaled_dot_product_attention";
  const Shape batch =
      broadcast_shapes(name, broadcast_shapes(name, leading(q), leading(k)), leading(v));
  Attention of = {under(q, batch), under(k, batch), under(v, batch), {}, options.causal, 0, options.dropout, options.noise};
  of.scale = options.scale ? *options.scale : 1 / std::sqrt(static_cast<double>(q.size(-1)));
  if (options.mask)
    of.bias = bias_of(*options.mask, with_end(batch, q.size(-2), k.size(-2)), q.dtype());
  return of;
}

Tensor detail::attend(const Attention& of) {
  const Loops over(of);
  const Tensor y = in_order_of(of.q, over.e);
  const std::int64_t blocks = divide_up(over.n, over.rows),
                     work = over.rows * over.m * (over.d + over.e);
  parallel_for(over.items * blocks, even_grain(over.items * blocks, divide_up(task_work, work + 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 const Tensor weights = over.room();
                 for (std::int64_t i = begin; i < end; ++i) {
                   const std::int64_t item = i / blocks, r = i % blocks * over.rows;
                   over.weigh(item, r, weights);
                   if (of.dropout > 0) over.drop(item, r, weights, weights);
                   const MatrixView to = Matrices(y).at(item, r);
                   matmul_blocks(over.dtype, over.rows_at(r), over.e, over.keys_at(r),
                                 over.block(weights), over.v.at(item), nullptr, writable(to),
                                 to.row_stride);
                 }
               });
  return y;
}

std::vector<Tensor> detail::attend_back(const Attention& of, const Tensor& dy,
                                        const std::vector<bool>& wanted) {
  const Loops over(of);
  const Tensor* const x[] = {&of.q, &of.k, &of.v};
  std::vector<Tensor> dx(3);
  for (std::size_t i = 0; i < 3; ++i)
    if (wanted[i])
      dx[i] = over.n > 0 ? in_order_of(*x[i], x[i]->size(-1)) : zeros(x[i]->shape(), over.dtype);
  const std::int64_t work = 3 * over.n * over.m * (over.d + over.e);
  parallel_for(over.items, even_grain(over.items, divide_up(task_work, work + 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 Back back(over, dy, dx);
                 for (std::int64_t item = begin; item < end; ++item) back.run(item);
               });
  return dx;
}

Tensor detail::whole_bias(const Attention& of) {
  const std::int64_t n = of.q.size(-2), m = of.k.size(-2);
  const DType dtype = of.q.dtype();
  Tensor bias = of.bias.storage() != nullptr ? of.bias : zeros({n, m}, dtype);
  if (!of.causal) return bias;
  const auto numbers = [](std::int64_t count) {
    return arange(static_cast<double>(count), DType::int32);
  };
  return where(reshape(numbers(n), {n, 1}) >= numbers(m), bias, nothing);
}

Tensor scaled_dot_product_attention(const Tensor& q, const Tensor& k, const Tensor& v,
                                    const AttentionOptions& options) {
  return attend(detail::attention(q, k, v, options));
}

}  // namespace ebb
