#include <algorithm>
#include <array>
#include <cmath>
#include <tensor/common/integers.hpp>
#include <tensor/common/require_value.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>

namespace ebb::detail {
namespace {

constexpr int max_arity = 4;
constexpr std::int64_t grain = 16384;   // elements that are worth a thread
constexpr std::int64_t staged = 512;    // elements of an input that are made gapless at a time
constexpr std::int64_t short_row = 16;  // elements that cost less than a call of the loop
using Arguments = std::initializer_list<Argument>;

struct Common {
  Shape shape;
  DType dtype = DType::float32;
  const Tensor* first = nullptr;  // the first operand that already has the shape
};

Common common_of(const char* name, Arguments x) {
  Common common;
  const Tensor* typed = nullptr;
  for (const Argument& argument : x) {
    if (argument.tensor == nullptr) continue;
    const Tensor& tensor = *argument.tensor;
    require_value(name, tensor);
    if (typed != nullptr && tensor.dtype() != common.dtype)
      throw DTypeError(text(name, ": ", common.dtype, " ", typed->shape(), " meets ",
                            tensor.dtype(), " ", tensor.shape(), "; dtypes must agree, try cast"));
    common.shape = typed ? broadcast_shapes(name, common.shape, tensor.shape()) : tensor.shape();
    common.dtype = tensor.dtype();
    typed = &tensor;
  }
  for (const Argument& argument : x)
    if (argument.tensor != nullptr && argument.tensor->shape() == common.shape) {
      common.first = argument.tensor;
      break;
    }
  return common;
}

// The strides under which x shows the common shape: 0 along every axis that repeats.
Shape expanded_strides(const Tensor& x, const Shape& shape) {
  Shape strides = Shape::filled(shape.rank(), 0);
  const int extra = shape.rank() - x.rank();
  for (int i = 0; i < x.rank(); ++i)
    if (x.shape()[i] == shape[i + extra]) strides[i + extra] = x.strides()[i];
  return strides;
}

using WalkOverAll = Walk<max_arity + 1>;  // operand 0 is the result

struct Layout {
  Tensor y;
  WalkOverAll walk;
};

bool are_contiguous(const Common& common, Arguments x) {
  for (const Argument& argument : x)
    if (argument.tensor != nullptr &&
        !(argument.tensor->shape() == common.shape && argument.tensor->is_contiguous()))
      return false;
  return true;
}

// The result keeps the memory order of the first operand, so that transposed weights meet their
// gradients in the order in which both lie.
Layout layout_of(const Common& common, Arguments x) {
  const Shape order =
      memory_order(common.first ? common.first->strides() : row_major_strides(common.shape));
  const Shape y_strides = dense_strides(common.shape, order);
  std::array<Shape, max_arity + 1> strides;
  strides.fill(Shape::filled(common.shape.rank(), 0));
  int operand = 0;
  strides[operand++] = pick(y_strides, order);
  for (const Argument& argument : x) {
    if (argument.tensor != nullptr)
      strides[operand] = pick(expanded_strides(*argument.tensor, common.shape), order);
    ++operand;
  }
  return {{empty(common.shape, common.dtype).storage(), common.dtype, common.shape, y_strides, 0},
          collapse<max_arity + 1>(pick(common.shape, order), strides)};
}

// Mostly all operands lie alike: one long row. This is all that a helper needs, in one cache line:
// each that it has to fetch from the caller's core costs as much as hundreds of elements.
template <class T>
struct alignas(64) OneRow {
  kernels::ElementwiseLoop loop;
  T* y = nullptr;
  std::array<const T*, max_arity> x = {};
  bool repeats[max_arity] = {true, true, true, true};  // a plain number, or nothing

  void operator()(std::int64_t begin, std::int64_t end) const {
    kernels::Rows row = {.columns = end - begin};
    const void* inputs[max_arity];
    for (int i = 0; i < max_arity; ++i) {
      row.repeats[i] = repeats[i];
      inputs[i] = repeats[i] ? x[i] : x[i] + begin;
    }
    loop(y + begin, inputs, row);
  }
};

// The operands of one call, ready for the loop: where each begins, and how it goes along a row.
template <class T>
struct Call {
  kernels::ElementwiseLoop loop;
  const WalkOverAll& walk;
  T* y;
  std::array<const T*, max_arity> x;
  int arity;

  // How many rows the loop takes as one, as it likes long rows. The result has no gaps, so its rows
  // follow each other. Inputs whose rows do not are written out. That pays where rows are short, or
  // where such an input is the same in every row.
  std::int64_t rows_as_one() const {
    bool pays = true;
    for (int i = 0; i < arity; ++i)
      pays = pays && (walk.columns() < short_row || is_dense(i) || walk.row_step(i + 1) == 0);
    return pays ? std::max<std::int64_t>(1, staged / walk.columns()) : 1;
  }
  bool is_dense(int i) const {
    return walk.column_stride(i + 1) == 1 && walk.row_step(i + 1) == walk.columns();
  }

  // Computes the columns [begin, end) of some rows, from number `row` on: at most `most`, all along
  // one axis. Returns how many rows it has computed.
  std::int64_t run_rows(std::int64_t row, std::int64_t most, std::int64_t begin,
                        std::int64_t end) const {
    const auto offsets = walk.row_offsets(row);
    const std::int64_t joined = std::min(rows_as_one(), most);  // rows that the loop takes as one
    const std::int64_t columns = end - begin;
    alignas(64) T blocks[max_arity][staged];
    const void* inputs[max_arity];
    kernels::Rows rows = {.columns = joined * columns, .count = most / joined};
    rows.y_step = joined * walk.row_step(0);
    bool has_gaps = false;  // between the elements of an input
    for (int i = 0; i < arity; ++i) {
      const std::int64_t stride = walk.column_stride(i + 1), step = walk.row_step(i + 1);
      const T* const from = x[i] + offsets[i + 1] + begin * stride;
      inputs[i] = from;
      rows.x_step[i] = joined * step;
      rows.repeats[i] = stride == 0 && (joined == 1 || step == 0);
      has_gaps = has_gaps || (stride != 0 && stride != 1);
      if (joined == 1 || rows.repeats[i] || is_dense(i)) continue;
      write_out(blocks[i], from, joined, columns, step, stride);
      inputs[i] = blocks[i];
      if (step != 0) rows.count = 1;  // the room holds no more than this
    }
    T* const to = y + offsets[0] + begin;
    if (joined > 1 || !has_gaps)
      loop(to, inputs, rows);
    else
      for (std::int64_t i = 0; i < most; ++i) run_staged(to + i * rows.y_step, inputs, rows, i);
    return rows.count * joined;
  }

  static void write_out(T* to, const T* from, std::int64_t rows, std::int64_t columns,
                        std::int64_t step, std::int64_t stride) {
    for (std::int64_t i = 0; i < rows; ++i, to += columns, from += step)
      if (stride == 1)
        std::copy_n(from, columns, to);
      else
        for (std::int64_t j = 0; j < columns; ++j) to[j] = from[j * stride];
  }

  // One row of inputs that stride, a stretch at a time.
  void run_staged(T* to, const void* const* from, const kernels::Rows& rows,
                  std::int64_t row) const {
    alignas(64) T blocks[max_arity][staged];
    const void* inputs[max_arity];
    kernels::Rows stretch = rows;
    stretch.count = 1;
    for (std::int64_t column = 0; column < rows.columns; column += staged) {
      stretch.columns = std::min(staged, rows.columns - column);
      for (int i = 0; i < arity; ++i) {
        const std::int64_t stride = walk.column_stride(i + 1);
        const T* const first =
            static_cast<const T*>(from[i]) + row * rows.x_step[i] + column * stride;
        inputs[i] = stride == 0 || stride == 1 ? first : blocks[i];
        if (inputs[i] == blocks[i]) write_out(blocks[i], first, 1, stretch.columns, 0, stride);
      }
      loop(to + column, inputs, stretch);
    }
  }

  void run() const {
    const std::int64_t columns = walk.columns(), along = walk.rows_along();
    const RowPieces pieces = share_rows(walk.rows(), columns, grain);
    parallel_for(walk.rows() * pieces.stretches, pieces.rows,
                 [&](std::int64_t begin, std::int64_t end) {
                   for (std::int64_t i = begin; i < end;) {
                     const std::int64_t row = i / pieces.stretches;
                     const std::int64_t first = i % pieces.stretches * pieces.stretch;
                     const std::int64_t count =
                         pieces.stretches > 1 ? 1 : std::min(end - i, along - row % along);
                     i += run_rows(row, count, first, std::min(first + pieces.stretch, columns));
                   }
                 });
  }
};

template <class T>
Tensor run_typed(const char* name, kernels::ElementwiseLoop loop, const Common& common,
                 Arguments arguments) {
  std::array<T, max_arity> numbers;
  OneRow<T> row = {.loop = loop};
  int arity = 0;
  for (const Argument& argument : arguments) {
    const int i = arity++;
    if constexpr (std::is_same_v<T, std::int32_t>)
      numbers[i] = whole_number(name, argument.number);
    else
      numbers[i] = static_cast<T>(argument.number);
    row.x[i] = argument.tensor ? static_cast<const T*>(argument.tensor->raw()) : &numbers[i];
    row.repeats[i] = argument.tensor == nullptr;
  }
  const std::int64_t count = common.shape.count();
  if (are_contiguous(common, arguments)) {
    const Tensor y = empty(common.shape, common.dtype);
    row.y = static_cast<T*>(y.raw());
    parallel_for(count, share_rows(1, count, grain).stretch, row);
    return y;
  }
  const Layout layout = layout_of(common, arguments);
  if (count > 0) Call<T>{loop, layout.walk, static_cast<T*>(layout.y.raw()), row.x, arity}.run();
  return layout.y;
}

// A mask chooses among elements of any dtype: one of int32 is read in that of the others.
bool reads_mask(int formula) {
  using namespace kernels;
  return formula == AllFormulas::place<Where> || formula == AllFormulas::place<WhereSlopeA> ||
         formula == AllFormulas::place<WhereSlopeB>;
}
const Tensor* floats_beside_integer_mask(int formula, Arguments x) {
  const Tensor* const mask = x.begin()->tensor;
  if (mask == nullptr || mask->dtype() != DType::int32 || !reads_mask(formula)) return nullptr;
  const auto found = std::find_if(x.begin() + 1, x.end(), [](const Argument& argument) {
    return argument.tensor != nullptr && is_floating(argument.tensor->dtype());
  });
  return found == x.end() ? nullptr : found->tensor;
}

}  // namespace

void require_bounds(double low, double high) {
  if (std::isnan(low) || std::isnan(high))
    throw Error(text("clamp: a bound is NaN, low ", low, ", high ", high,
                     "; try an infinity where there is no bound"));
}

Tensor run_formula(const char* name, int formula, Arguments x) {
  if (const Tensor* const floats = floats_beside_integer_mask(formula, x)) {
    const Tensor mask = cast(*x.begin()->tensor, floats->dtype());
    const Argument* const rest = x.begin() + 1;
    return x.size() == 2 ? run_formula(name, formula, {mask, rest[0]})
                         : run_formula(name, formula, {mask, rest[0], rest[1]});
  }
  const Common common = common_of(name, x);
  const auto loop = kernels_in_use().elementwise.loops[static_cast<int>(common.dtype)][formula];
  if (loop == nullptr) return run_integers(name, formula, common.shape, x);
  return with_dtype(common.dtype,
                    [&](auto zero) { return run_typed<decltype(zero)>(name, loop, common, x); });
}

}  // namespace ebb::detail
