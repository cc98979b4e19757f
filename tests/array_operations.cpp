// Every row of the table of array operations: values, derivatives, layouts, constants, threads.
#include <doctest/doctest.h>

#include <autograd/joint.hpp>
#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <regex>
#include <set>
#include <tests/array_operations.hpp>
#include <tests/house/sources.hpp>
#include <tests/operations.hpp>
#include <tests/tensor/by_hand.hpp>

using namespace ebb;

std::size_t Array::number(const Shape& place) const {
  std::int64_t before = 0;
  for (int axis = 0; axis < shape.rank(); ++axis) before = before * shape[axis] + place[axis];
  return static_cast<std::size_t>(before);
}

std::vector<Shape> places(const Shape& shape) {
  std::vector<Shape> all;
  Shape place = Shape::filled(shape.rank(), 0);
  for (std::int64_t i = 0; i < shape.count(); ++i) {
    all.push_back(place);
    for (int axis = shape.rank() - 1; axis >= 0 && ++place[axis] == shape[axis]; --axis)
      place[axis] = 0;
  }
  return all;
}

Shape within(const Shape& shape, Shape place) {
  while (place.rank() > shape.rank()) place.erase(0);
  for (int axis = 0; axis < shape.rank(); ++axis)
    if (shape[axis] == 1) place[axis] = 0;
  return place;
}

namespace {

using Variables = std::vector<Variable>;

const std::vector<ArrayOperation>& array_operations() {
  static const std::vector<ArrayOperation> all = [] {
    std::vector<ArrayOperation> rows;
    for (const auto& some :
         {attention_rows(), convolution_rows(), label_rows(), matmul_rows(), normalize_rows(),
          part_rows(), pool_rows(), recurrent_rows(), reduce_rows(), resample_rows(), scan_rows(),
          shape_rows(), view_rows()})
      rows.insert(rows.end(), some.begin(), some.end());
    return rows;
  }();
  return all;
}

std::vector<Tensor> drawn(const ArrayOperation& row, DType dtype) {
  std::vector<Tensor> x;
  for (const auto& [shape, low, high, values] : row.inputs)
    x.push_back(values.empty() ? draw({low, high}, shape, x.size(), dtype)
                               : cast(from_vector(values, shape), dtype));
  return x;
}
Variables leaves(const std::vector<Tensor>& x) {
  Variables all;
  for (const Tensor& value : x) all.push_back(leaf(value));
  return all;
}

// An operand as a view of what it lies in: gapless, turned around, every second column of a wider
// one, or its first entry repeated.
struct Laid {
  Tensor base;
  std::function<Variable(V base)> view;
};
constexpr std::size_t layouts = 4;

Laid laid_out(const Tensor& x, std::size_t layout) {
  const Shape shape = x.shape();
  if (layout == 0 || shape.rank() == 0) return {x, [](V base) { return base; }};
  if (layout == 1) {
    Shape turned;
    for (int axis = shape.rank(); axis-- > 0;) turned.push_back(axis);
    return {contiguous(permute(x, turned)), [turned](V base) { return permute(base, turned); }};
  }
  if (layout == 3) return {slice(x, 0, 0, 1), [shape](V base) { return expand(base, shape); }};
  Shape wide = shape;
  wide[shape.rank() - 1] *= 2;
  return {reshape(stack({x, x}, -1), wide),
          [end = wide.back()](V base) { return slice(base, -1, 1, end, 2); }};
}

// The row's operands; a digit of `choice` is the layout of one.
struct LaidRow {
  std::vector<Tensor> bases;
  std::vector<std::function<Variable(V base)>> views;

  LaidRow(const ArrayOperation& row, DType dtype, std::size_t choice) {
    for (const Tensor& x : drawn(row, dtype)) {
      Laid laid = laid_out(x, choice % layouts);
      choice /= layouts;
      bases.push_back(laid.base);
      views.push_back(laid.view);
    }
  }
  Variables operands(X x) const {
    Variables all;
    for (std::size_t i = 0; i < x.size(); ++i) all.push_back(views[i](x[i]));
    return all;
  }
};

Variable seed_for(V y) { return draw({-1, 1}, y.shape(), 9, y.dtype()); }
Variables slopes(V y, const Variables& x, V seed) {
  return gradients(y, std::span<const Variable>(x), {.seed = seed});
}

bool agrees(const ArrayOperation& row, const Function& function, const Variables& x) {
  Arrays arrays;
  for (V operand : x) arrays.emplace_back(operand.shape(), doubles(operand.value()));
  const Array expected = row.twin(arrays);
  const Tensor y = function(x).value();
  return y.shape() == expected.shape && y.dtype() == x[0].dtype() &&
         near(y, expected.elements, row.roundings);
}

// The row's function with one derivative exchanged for a wrong one.
Function with_rule(const ArrayOperation& row, const WrongRule& wrong) {
  return [f = row.function, wrong](X inputs) {
    const Variables x(inputs.begin(), inputs.end());
    const auto rule = [=](std::size_t i) {
      return [=](V y, V dy) {
        if (i == wrong.input) return wrong.rule(x, y, dy);
        const auto alone = [&](V one) {
          Variables all = x;
          all[i] = one;
          return f(all);
        };
        return gradients_of(alone, {x[i]}, dy)[0];
      };
    };
    std::vector<Wrt<decltype(rule(0))>> all;
    for (std::size_t i = 0; i < x.size(); ++i) all.push_back(Wrt{x[i], rule(i)});
    return record("mutant", f(x).value(), std::move(all));
  };
}

}  // namespace

std::vector<Mutant> array_mutants() {
  std::vector<Mutant> all;
  for (const ArrayOperation& row : array_operations())
    for (const WrongRule& wrong : row.wrong_rules)
      all.push_back({row.name + ": " + wrong.what, row.function, with_rule(row, wrong),
                     drawn(row, DType::float64), wrong.order, row.order == 1});
  return all;
}

TEST_CASE("array operations: values against plain loops, in every dtype and layout") {
  for (const ArrayOperation& row : array_operations())
    for (const DType dtype : {DType::float32, DType::float64, DType::int32}) {
      if (dtype == DType::int32 && !row.integers) continue;
      const auto choices = std::size_t{1} << 2 * std::min<std::size_t>(row.inputs.size(), 3);
      for (std::size_t choice = 0; choice < choices; ++choice) {
        CAPTURE(text(row.name, " in ", dtype, ", layouts ", choice));
        const LaidRow laid(row, dtype, choice);
        const Variables bases(laid.bases.begin(), laid.bases.end());
        CHECK(agrees(row, row.function, laid.operands(bases)));
      }
    }
}

TEST_CASE("array operations: first and second derivatives in every layout") {
  for (const ArrayOperation& row : array_operations())
    for (std::size_t layout = 0; layout < layouts; ++layout) {
      CAPTURE(text(row.name, ", layout ", layout));
      const LaidRow laid(row, DType::float64, 45 * layout);  // digits 231: operands differ, too
      const Function f = [&](X x) { return row.function(laid.operands(x)); };
      // So that what is linear has a second derivative, too.
      const Function squared = [&](X x) { return square(f(x)); };
      CHECK_NOTHROW(check_gradients(row.order == 1 ? f : squared, laid.bases,
                                    {.order = row.order, .directions = 2, .elements = 4}));
    }
}

TEST_CASE("array operations: a float32 gradient is the float64 one, rounded") {
  for (const ArrayOperation& row : array_operations()) {
    CAPTURE(row.name);
    std::vector<Tensor> narrow = drawn(row, DType::float32), wide;
    for (const Tensor& operand : narrow) wide.push_back(cast(operand, DType::float64));
    const Variables x = leaves(narrow), exact = leaves(wide);
    const Variable y = row.function(x), seed = seed_for(y);
    const Variables found = slopes(y, x, seed),
                    right = slopes(row.function(exact), exact, cast(seed, DType::float64));
    for (std::size_t i = 0; i < x.size(); ++i) {
      CHECK(found[i].dtype() == DType::float32);
      CHECK(near(found[i].value(), doubles(right[i].value()), 4 * row.roundings + 8));
    }
  }
}

// Neither may depend on who else is asked: not on the constants of a graph, nor on those left out
// of a walk.
TEST_CASE("array operations: every choice of constants leaves the other gradients as they are") {
  for (const ArrayOperation& row : array_operations()) {
    const Variables all = leaves(drawn(row, DType::float32));
    const Variable whole = row.function(all), seed = seed_for(whole);
    const Variables expected = slopes(whole, all, seed);
    for (std::size_t wanted = 0; wanted < std::size_t{1} << all.size(); ++wanted) {
      CAPTURE(text(row.name, ", wanted ", wanted));
      Variables x = all, asked, right;
      for (std::size_t i = 0; i < all.size(); ++i)
        if (wanted >> i & 1) {
          asked.push_back(all[i]);
          right.push_back(expected[i]);
        } else {
          x[i] = all[i].value();
        }
      const Variable y = row.function(x);
      CHECK(same_bits(y.value(), whole.value()));
      CHECK(y.wants_gradient() == !asked.empty());
      for (V from : {y, whole}) {
        const Variables found = asked.empty() ? asked : slopes(from, asked, seed);
        for (std::size_t i = 0; i < found.size(); ++i)
          CHECK(same_bits(found[i].value(), right[i].value()));
      }
    }
  }
}

TEST_CASE("array operations: a gradient that arrives is read as it lies") {
  for (const ArrayOperation& row : array_operations())
    for (std::size_t layout = 1; layout < layouts; ++layout) {
      CAPTURE(text(row.name, ", layout ", layout));
      const Variables x = leaves(drawn(row, DType::float64));
      const Variable y = row.function(x);
      const Laid laid = laid_out(seed_for(y).value(), layout);
      const Variable seed = laid.view(laid.base);
      const Variables found = slopes(y, x, seed), right = slopes(y, x, contiguous(seed.value()));
      for (std::size_t i = 0; i < x.size(); ++i)
        CHECK(near(found[i].value(), doubles(right[i].value()), row.roundings + 8));
    }
}

TEST_CASE("array operations: values and gradients have the same bits on any number of threads") {
  for (const ArrayOperation& row : array_operations()) {
    if (row.large.empty()) continue;
    CAPTURE(row.name);
    std::vector<Tensor> x;
    for (const Shape& shape : row.large)
      x.push_back(draw({-1, 1}, shape, x.size(), DType::float32));
    CHECK(same_on_any_number_of_threads([&] {
      const Variables operands = leaves(x);
      const Variable y = row.function(operands);
      std::vector<Tensor> all = {reshape(y.value(), {-1})};
      for (V dx : slopes(y, operands, seed_for(y))) all.push_back(reshape(dx.value(), {-1}));
      return cat(all);
    }));
  }
}

TEST_CASE("array operations: wrong values are found") {
  for (const ArrayOperation& row : array_operations())
    for (const WrongValue& wrong : row.wrong_values)
      for (const DType dtype : floating) {
        CAPTURE(text(row.name, ": ", wrong.what, " in ", dtype));
        CHECK_FALSE(agrees(row, wrong.function, leaves(drawn(row, dtype))));
      }
}

// Formulas call some; others begin a graph, end one or walk it and are tested by themselves.
TEST_CASE("array operations: every function of autograd/ that gives Variables has a row") {
  std::set<std::string> rows = {"like",     "select",         "times_power", "logistic",
                                "gaussian", "erf_complement", "bounded",     "unless_infinite",
                                "leaf",     "detach",         "gradients",   "gradients_of",
                                "record"};
  for (const Operation& row : operations()) rows.insert(row.name);
  std::set<std::string> with_mutant = rows;
  for (const ArrayOperation& row : array_operations()) {
    const std::string name = row.name.substr(0, row.name.find(' '));
    rows.insert(name);
    if (!row.wrong_rules.empty()) with_mutant.insert(name);
  }
  const std::regex function(R"(^(\[\[.*\]\] )?(inline )?[\w:<]*Variable[^ (]* (\w+)\()");
  std::smatch match;
  std::set<std::string> found;
  for (const Source& file : cpp_files()) {
    if (file.folder() != "autograd" || !file.is_header()) continue;
    bool inside = false;  // what stands in detail is not for users
    for (const std::string& line : file.lines()) {
      if (line.ends_with("namespace detail {")) inside = true;
      if (line.starts_with("}  // namespace")) inside = false;
      if (inside || !std::regex_search(line, match, function)) continue;
      const std::string name = match[3];
      found.insert(name);
      CHECK_MESSAGE(rows.contains(name), file.path, ": ", name,
                    " has no row; tests/array_operations.hpp says how to add one");
      CHECK_MESSAGE(with_mutant.contains(name), name, " has no row with a wrong rule");
    }
  }
  CHECK(found.contains("matmul"));
  CHECK(found.size() > 25);
}
