#include <algorithm>
#include <tensor/machine/parallel.hpp>
#include <tensor/sequences/scores.hpp>

namespace ebb::detail {
namespace {

// The way back through one item of the batch. Each block adds to the gradients of keys and values;
// the last one, which sees most keys, comes first and begins them.
class Back final {
 public:
  Back(const AttentionLoops& over, const Tensor& dy, const std::vector<Tensor>& dx)
      : over_(over),
        dy_(dy),
        dx_(dx),
        keys_(over.of.k, over.several_blocks()),
        values_(over.of.v, over.several_blocks()),
        weights_(over.room()),
        scores_(over.room()),
        part_(empty({over.m, std::max(over.d, over.e)}, over.dtype)) {}

  void run(std::int64_t item) {
    for (std::int64_t i = divide_up(over_.n, over_.rows); i-- > 0;) block(item, i * over_.rows);
  }

 private:
  void block(std::int64_t item, std::int64_t r) {
    const kernels::AttentionRows shape = over_.shape_at(r);
    over_.weigh(item, r, keys_, weights_);
    const MatrixView dy = Matrices(dy_).at(item, r);
    if (over_.of.dropout > 0) over_.drop(item, r, weights_, scores_);
    if (has(2)) add(2, item, r, over_.of.dropout > 0 ? scores_ : weights_, dy, over_.e);
    if (!has(0) && !has(1)) return;
    matmul_blocks(over_.dtype, shape.count, shape.columns, over_.e, dy, values_.at(item), nullptr,
                  scores_.raw(), over_.step);
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

  const AttentionLoops& over_;
  const Tensor& dy_;
  const std::vector<Tensor>& dx_;
  Turned keys_, values_;
  Tensor weights_, scores_, part_;
};

}  // namespace

std::vector<Tensor> attend_back(const Attention& of, const Tensor& dy,
                                const std::vector<bool>& wanted) {
  const AttentionLoops over(of);
  const Tensor* const x[] = {&of.q, &of.k, &of.v};
  std::vector<Tensor> dx(3);
  for (std::size_t i = 0; i < 3; ++i)
    if (wanted[i])
      dx[i] = over.n > 0 ? in_order_of(*x[i], x[i]->size(-1)) : zeros(x[i]->shape(), over.dtype);
  const std::int64_t work = 3 * over.n * over.m * (over.d + over.e);
  parallel_for(over.items, even_grain(over.items, divide_up(attention_work, work + 1)),
               [&](std::int64_t begin, std::int64_t end) {
                 Back back(over, dy, dx);
                 for (std::int64_t item = begin; item < end; ++item) back.run(item);
               });
  return dx;
}

}  // namespace ebb::detail
