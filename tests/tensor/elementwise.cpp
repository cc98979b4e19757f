// Covers: tensor/kernels/elementwise.cpp, tensor/kernels/formulas.hpp,
// tensor/kernels/formula.hpp, tensor/kernels/formula_names.hpp, tensor/kernels/arithmetic.hpp,
// tensor/kernels/functions.hpp, tensor/kernels/activations.hpp, tensor/kernels/losses.hpp
// Every row of the table of operations, through values, lengths, layouts, special values, errors.
#include <doctest/doctest.h>

#include <cstring>
#include <limits>
#include <tensor/parts.hpp>
#include <tensor/views.hpp>
#include <tests/operations.hpp>
#include <tests/tensor/support.hpp>

using namespace ebb;

namespace {

using Tensors = std::vector<Tensor>;

template <class T>
std::vector<T> bits(const Tensor& x) {
  return x.to_vector<T>();
}
template <class T>
bool same_bits(const std::vector<T>& a, const std::vector<T>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(T)) == 0);
}

// A formula of the table with what its results are measured by.
struct Entry {
  std::string name;
  const Operation* row;
  const Formula* formula;
  Accuracy accuracy;

  // Arguments of a shape: a slope's are what it reads, and a gradient that arrives.
  Tensors arguments(const Shape& shape, DType dtype) const {
    Tensors x;
    for (std::size_t i = 0; i < row->ranges.size(); ++i)
      x.push_back(draw(row->ranges[i], shape, i, dtype));
    if (formula == &row->formula) return x;
    Tensors read;
    for (const int what : formula->reads)
      read.push_back(what == kernels::output ? row->formula.loop(x.data())
                                             : x[static_cast<std::size_t>(what)]);
    read.push_back(draw({-2, 2}, shape, 9, dtype));
    return read;
  }
};

std::vector<Entry> entries() {
  std::vector<Entry> all;
  for (const Operation& row : operations()) {
    all.push_back({row.name, &row, &row.formula, row.accuracy});
    int slope = 0;
    for (const Formula& formula : row.slopes)  // measured against the gradient that arrives
      all.push_back({text(row.name, "'s slope ", slope++),
                     &row,
                     &formula,
                     {.ulp = row.accuracy.ulp, .scale = 2, .alone = row.accuracy.alone}});
  }
  return all;
}

// How far y is from `right`, in units in the last place of T or of `scale`.
template <class T>
double error_of(T y, double right, double scale) {
  using Limits = std::numeric_limits<T>;
  const double found = static_cast<double>(y);
  if (std::isnan(right)) return std::isnan(found) ? 0 : INFINITY;
  if (std::abs(right) > static_cast<double>(Limits::max())) right = std::copysign(INFINITY, right);
  if (found == right || (std::abs(right) < static_cast<double>(Limits::min()) && found == 0))
    return 0;  // denormals count as zero
  const double error =
      std::abs(found - right) / (std::max(std::abs(right), scale) * Limits::epsilon());
  return std::isnan(error) ? INFINITY : error;
}

// The largest error of y = formula(x) against the formula's reading on double.
template <class T>
double worst_error(const Entry& entry, const Tensors& x, const std::vector<T>& y) {
  std::vector<std::vector<T>> values;
  for (const Tensor& argument : x) values.push_back(argument.to_vector<T>());
  double worst = 0;
  for (std::size_t i = 0; i < y.size(); ++i) {
    double at[4] = {};
    for (std::size_t j = 0; j < x.size(); ++j) at[j] = static_cast<double>(values[j][i]);
    worst = std::max(worst, error_of(y[i], entry.formula->number(at), entry.accuracy.scale));
  }
  return worst;
}

// The same values in other layouts, each of shape [5, 7] or repeated to it.
Tensor laid_out(const Tensor& x, std::size_t layout) {
  switch (layout) {
    case 0:
      return transpose(contiguous(transpose(x)));
    case 1:  // every second column of a wider one
      return slice(reshape(expand(unsqueeze(x, 2), {5, 7, 2}), {5, 14}), 1, 1, 14, 2);
    case 2:  // rows in the middle of a longer one
      return slice(reshape(expand(unsqueeze(x, 0), {3, 5, 7}), {15, 7}), 0, 5, 10);
    case 3:  // one column, repeated
      return slice(x, 1, 2, 3);
    case 4:  // one row, repeated
      return reshape(slice(x, 0, 3, 4), {7});
    case 5:
      return expand(slice(x, 0, 1, 2), {5, 7});
    case 6:
      return reshape(slice(slice(x, 0, 1, 2), 1, 2, 3), {});
    default:
      return x;
  }
}

}  // namespace

TEST_CASE_TEMPLATE("elementwise: every formula, every length, against its double reading", T, float,
                   double) {
  for (const Entry& entry : entries()) {
    CAPTURE(entry.name);
    const Tensors all = entry.arguments({1000}, dtype_of<T>);
    const std::vector<T> longest = bits<T>(entry.formula->loop(all.data()));
    CHECK(worst_error(entry, all, longest) <= entry.accuracy.allowed<T>());
    for (const std::int64_t n :
         {0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 999}) {
      CAPTURE(n);
      Tensors x;
      for (const Tensor& argument : all) x.push_back(slice(argument, 0, 0, n));
      const std::vector<T> y = bits<T>(entry.formula->loop(x.data()));
      if (entry.accuracy.alone) CHECK(same_bits(y, {longest.begin(), longest.begin() + n}));
      CHECK(worst_error(entry, x, y) <= entry.accuracy.allowed<T>());
    }
  }
}

TEST_CASE_TEMPLATE("elementwise: literals from elsewhere", T, float, double) {
  for (const Operation& row : operations())
    for (const Literal& literal : row.literals) {
      Tensors x;
      for (const double value : literal.x) x.push_back(full({}, value, dtype_of<T>));
      CAPTURE(row.name);
      CAPTURE(x.back());
      const Tensor y = row.on_tensors(x.data());
      CHECK(y.shape() == Shape{});
      CHECK(y.dtype() == dtype_of<T>);
      CHECK(error_of(*y.data<T>(), literal.y, 0) <= row.accuracy.allowed<T>());
    }
}

TEST_CASE_TEMPLATE("elementwise: layouts and broadcasting change no bit", T, float, double) {
  for (const Entry& entry : entries()) {
    const Tensors x = entry.arguments({5, 7}, dtype_of<T>);
    for (std::size_t layout = 0; layout < 8; ++layout) {
      CAPTURE(entry.name);
      CAPTURE(layout);
      Tensors views, gapless;
      Shape common;
      for (std::size_t i = 0; i < x.size(); ++i) {
        views.push_back(laid_out(x[i], (layout + 3 * i) % 8));
        common = broadcast_shapes("test", common, views.back().shape());
      }
      for (const Tensor& view : views) gapless.push_back(contiguous(expand(view, common)));
      const Tensor y = entry.formula->loop(views.data());
      CHECK(y.shape() == common);
      CHECK(same_bits(bits<T>(y), bits<T>(entry.formula->loop(gapless.data()))));
    }
  }
}

TEST_CASE_TEMPLATE("elementwise: NaN and infinity in each lane stay there", T, float, double) {
  for (const Entry& entry : entries()) {
    CAPTURE(entry.name);
    const Tensors x = entry.arguments({35}, dtype_of<T>);
    const std::vector<T> plain = bits<T>(entry.formula->loop(x.data()));
    for (std::size_t argument = 0; argument < x.size(); ++argument)
      for (const T special :
           {std::numeric_limits<T>::quiet_NaN(), std::numeric_limits<T>::infinity(),
            -std::numeric_limits<T>::infinity()})
        for (std::size_t lane = 0; lane < plain.size(); ++lane) {
          Tensors with = x;
          std::vector<T> values = x[argument].to_vector<T>();
          values[lane] = special;
          with[argument] = from_vector(values);
          std::vector<T> y = bits<T>(entry.formula->loop(with.data()));
          const double worst = worst_error(entry, with, y);
          y[lane] = plain[lane];
          const bool alone = !entry.accuracy.alone || same_bits(y, plain);
          if (worst <= entry.accuracy.allowed<T>() && alone) continue;
          FAIL_CHECK("argument " << argument << ", lane " << lane << ", " << special << ": error "
                                 << worst);
        }
  }
}

TEST_CASE("elementwise: public functions compute their formula") {
  for (const Operation& row : operations()) {
    if (row.operands != row.formula.arity) continue;  // clamp takes numbers: its literals show it
    CAPTURE(row.name);
    Tensors x;
    for (std::size_t i = 0; i < row.operands; ++i) x.push_back(draw(row.ranges[i], {4, 9}, i));
    CHECK(same_bits(bits<double>(row.on_tensors(x.data())),
                    bits<double>(row.formula.loop(x.data()))));
  }
}

TEST_CASE("elementwise: the bits do not depend on the number of threads") {
  for (const Entry& entry : entries()) {
    CAPTURE(entry.name);
    const Tensors x = entry.arguments({3, 50'001}, DType::float32);
    CHECK(same_on_any_number_of_threads([&] { return entry.formula->loop(x.data()); }));
  }
}

TEST_CASE("elementwise: clamp gives the upper bound where the bounds cross, and keeps NaN and -0") {
  const Tensor x = from_vector<float>({-3, 0.5, 3, std::nanf(""), -0.0F}, {5});
  CHECK(doubles(clamp(slice(x, 0, 0, 3), 2, 1)) == std::vector<double>{1, 1, 1});
  CHECK(std::isnan(doubles(clamp(x, -1, 2))[3]));
  CHECK(std::signbit(doubles(clamp(x, 0, 2))[4]));
}

TEST_CASE("clamp: a bound that is NaN bounds nothing, and is refused") {
  const Tensor x = zeros({3});
  CHECK_THROWS_WITH_AS(clamp(x, NAN, 2),
                       "clamp: a bound is NaN, low nan, high 2; try an infinity where there is no "
                       "bound",
                       Error);
  CHECK_THROWS_AS(clamp(x, 0, NAN), Error);
  CHECK(doubles(clamp(x, -INFINITY, INFINITY)) == std::vector<double>{0, 0, 0});
}

TEST_CASE("softplus: numbers too small for normal ones of float32 count as zero") {
  CHECK(softplus(full({}, -80)).item() == doctest::Approx(1.80485138784541517e-35).epsilon(1e-6));
  CHECK(softplus(full({}, -88)).item() == 0);
}
