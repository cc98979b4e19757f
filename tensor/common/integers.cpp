#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/common/integers.hpp>
#include <tensor/common/reduction.hpp>
#include <tensor/common/strided.hpp>
#include <tensor/views.hpp>

namespace ebb::detail {
namespace {

using Integers = std::numeric_limits<std::int32_t>;

bool fits(std::int64_t value) { return value >= Integers::min() && value <= Integers::max(); }

// a and b and what comes of them, which 64 bits hold.
std::int32_t checked(const char* operation, std::int32_t a, char sign, std::int32_t b,
                     std::int64_t result) {
  if (!fits(result))
    throw Error(text(operation, ": ", a, ' ', sign, ' ', b, " is ", result,
                     ", which int32 cannot hold; try cast to float64"));
  return static_cast<std::int32_t>(result);
}

std::int32_t combine(const char* operation, char sign, std::int32_t a, std::int32_t b) {
  const std::int64_t x = a, y = b;
  return checked(operation, a, sign, b, sign == '+' ? x + y : sign == '-' ? x - y : x * y);
}

// What the formula does to its two operands, 0 for one that is not known here.
char sign_of(int formula) {
  using namespace kernels;
  return formula == AllFormulas::place<Add>                                                 ? '+'
         : formula == AllFormulas::place<Subtract> || formula == AllFormulas::place<Negate> ? '-'
         : formula == AllFormulas::place<Multiply>                                          ? '*'
                                                                                            : 0;
}

// f of the elements of each group.
template <class F>
Tensor each_group(const Reduction& over, const Tensor& x, const F& f) {
  const Tensor rows = groups_as_rows(x, over.axes), y = empty(over.kept, DType::int32);
  const std::int32_t* from = rows.data<std::int32_t>();
  for (std::int64_t i = 0; i < y.count(); ++i, from += over.count)
    static_cast<std::int32_t*>(y.raw())[i] = f(from, from + over.count);
  return y;
}

}  // namespace

std::int32_t whole_number(const char* operation, double number) {
  if (std::floor(number) != number)
    throw Error(text(operation, ": ", number,
                     " meets int32, which holds whole numbers alone; try cast to float32"));
  if (!(number >= Integers::min() && number <= Integers::max()))
    throw Error(text(operation, ": ", number, " is more than int32 can hold; try cast to float64"));
  return static_cast<std::int32_t>(number);
}

std::int32_t add_integers(const char* operation, std::int32_t a, std::int32_t b) {
  return combine(operation, '+', a, b);
}

Tensor run_integers(const char* name, int formula, const Shape& shape,
                    std::initializer_list<Argument> x) {
  const char sign = sign_of(formula);
  if (sign == 0)
    throw DTypeError(
        text(name, ": int32 ", shape,
             " takes part in + - *, comparisons and where alone; try cast to float32"));
  Tensor operands[2] = {expand(zeros({}, DType::int32), shape), {}};
  int place = x.size() == 1 ? 1 : 0;  // -x is 0 - x
  for (const Argument& argument : x)
    operands[place++] = expand(argument.tensor != nullptr
                                   ? *argument.tensor
                                   : full({}, whole_number(name, argument.number), DType::int32),
                               shape);
  const Tensor y = empty(shape, DType::int32);
  const auto walk = collapse<3>(shape, {y.strides(), operands[0].strides(), operands[1].strides()});
  const std::int32_t* a = operands[0].data<std::int32_t>();
  const std::int32_t* b = operands[1].data<std::int32_t>();
  for (std::int64_t row = 0; row < walk.rows(); ++row) {
    const auto at = walk.row_offsets(row);
    for (std::int64_t i = 0; i < walk.columns(); ++i)
      static_cast<std::int32_t*>(y.raw())[at[0] + i * walk.column_stride(0)] = combine(
          name, sign, a[at[1] + i * walk.column_stride(1)], b[at[2] + i * walk.column_stride(2)]);
  }
  return y;
}

Tensor sum_integers(const char* operation, const Reduction& over, const Tensor& x) {
  const Once once(x, over);
  const auto sum = [&](const std::int32_t* begin, const std::int32_t* end) {
    std::int64_t total = 0;  // of as many elements as memory can hold
    for (; begin != end; ++begin) total += *begin;
    if (__builtin_mul_overflow(total, once.times, &total) || !fits(total))
      throw Error(text(operation, ": ", over.count, " elements have the sum ", total,
                       ", which int32 cannot hold; try cast to float64"));
    return static_cast<std::int32_t>(total);
  };
  return repeat(each_group(once.over, once.x, sum), over.kept);
}

Tensor prod_integers(const Reduction& over, const Tensor& x) {
  return each_group(over, x, [&](const std::int32_t* begin, const std::int32_t* end) {
    std::int64_t product = std::find(begin, end, 0) != end ? 0 : 1;
    for (; begin != end;
         ++begin) {  // never smaller from here on, so one that does not fit stays so
      product *= *begin;
      if (!fits(product))
        throw Error(text("prod: of ", over.count,
                         " elements some have a product that int32 cannot hold; try cast to "
                         "float64"));
    }
    return static_cast<std::int32_t>(product);
  });
}

Tensor extreme_integers(const Reduction& over, const Tensor& x, bool largest) {
  return each_group(over, x, [&](const std::int32_t* begin, const std::int32_t* end) {
    return largest ? *std::max_element(begin, end) : *std::min_element(begin, end);
  });
}

}  // namespace ebb::detail
