#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/joint.hpp>
#include <autograd/matmul.hpp>
#include <autograd/parts.hpp>
#include <autograd/reduce.hpp>
#include <autograd/trace.hpp>
#include <autograd/views.hpp>
#include <optional>
#include <tests/support.hpp>
#include <thread>

using namespace ebb;

TEST_CASE("trace: a line for all that came in and for every operation, with what it was told") {
  const std::string path = "encoder.hidden";
  const Variable weight = leaf(ones({3, 4})), x = ones({2, 4});
  weight.node()->where = "encoder.hidden.weight";
  const Trace trace;
  Variable y;
  {
    const ModuleScope scope(path);
    y = linear(x, weight);
  }
  y = slice(clamp(y, 0, 1), 1, 0, 2) * 0.5;
  CHECK(to_string(trace) ==
        "#0 given [2, 4]\n"
        "#1 given [3, 4] encoder.hidden.weight\n"
        "#2 linear(#0, #1) [2, 3]; in encoder.hidden\n"
        "#3 clamp(#2, 0, 1) [2, 3]\n"
        "#4 slice(#3, axis=1, start=0, stop=2, step=1) [2, 2]\n"
        "#5 multiply(#4, 0.5) [2, 2]\n");
  CHECK(trace.identity(x) == 0);
  CHECK(trace.identity(y) == 5);
}

TEST_CASE("trace: under NoGrad it reads the same, and constants stay constants") {
  const Variable x = leaf(ones({2, 3}));
  const auto program = [&] { return sum(tanh(x * x), 1); };
  const auto lines = [&] {
    const Trace trace;
    const Variable y = program();
    CHECK(y.wants_gradient() == recording());
    return to_string(trace);
  };
  const std::string recorded = lines();
  const NoGrad constants;
  CHECK(lines() == recorded);
  CHECK(recorded ==
        "#0 given [2, 3]\n#1 multiply(#0, #0) [2, 3]\n#2 tanh(#1) [2, 3]\n"
        "#3 sum(#2, axes=[1], keepdim=0) [2]\n");
}

TEST_CASE("trace: follows what goes through plain tensors: choices, indices, detached values") {
  const Variable x = leaf(from_vector<float>({1, 3, 2, 0}, {2, 2}));
  const Trace trace;
  const Tensor best = argmax(x, 1);
  const Variable rows = index_select(x, 0, best);
  const Variable cut = detach(rows) * (x > 1);
  CHECK(to_string(trace) ==
        "#0 given [2, 2]\n"
        "#1 argmax(#0, axis=1, keepdim=0) [2]\n"
        "#2 index_select(#0, #1, axis=0) [2, 2]\n"
        "#3 greater(#0, 1) [2, 2]\n"
        "#4 multiply(#2, #3) [2, 2]\n");
}

TEST_CASE("trace: every array operation says what it was told") {
  const Variable x = ones({2, 3});
  const Tensor index = from_vector<std::int32_t>({1});
  const std::vector<std::pair<const char*, std::function<void()>>> calls = {
      {"reshape(#0, shape=[3, -1]) [3, 2]",
       [&] {
         (void)reshape(x, {3, -1});
       }},
      {"transpose(#0, a=-2, b=-1) [3, 2]", [&] { (void)transpose(x); }},
      {"permute(#0, order=[1, 0]) [3, 2]",
       [&] {
         (void)permute(x, {1, 0});
       }},
      {"unsqueeze(#0, axis=0) [1, 2, 3]", [&] { (void)unsqueeze(x, 0); }},
      {"squeeze(#0, axis=0) [3]",
       [&] {
         (void)squeeze(Variable(ones({1, 3})), 0);
       }},
      {"expand(#0, shape=[4, 2, 3]) [4, 2, 3]",
       [&] {
         (void)expand(x, {4, 2, 3});
       }},
      {"sum_to(#0, shape=[3]) [3]", [&] { (void)sum_to(x, {3}); }},
      {"cast(#0, dtype=float64) [2, 3]", [&] { (void)cast(x, DType::float64); }},
      {"cast(#0, dtype=int32) [2, 3]", [&] { (void)cast(x, DType::int32); }},
      {"cat(#0, #0, axis=1) [2, 6]",
       [&] {
         (void)cat(std::vector{x, x}, 1);
       }},
      {"stack(#0, #0, axis=0) [2, 2, 3]",
       [&] {
         (void)stack(std::vector{x, x});
       }},
      {"index_select(#0, #1, axis=1) [2, 1]", [&] { (void)index_select(x, 1, index); }},
      {"index_add(#0, #1, axis=0, length=4) [4, 3]",
       [&] {
         (void)index_add(Variable(ones({1, 3})), 0, index, 4);
       }},
      {"slice(#0, axis=1, start=-2, stop=3, step=2) [2, 1]", [&] { (void)slice(x, 1, -2, 3, 2); }},
      {"unslice(#0, axis=1, start=1, step=2, length=7) [2, 7]",
       [&] { (void)unslice(x, 1, 1, 2, 7); }},
      {"mean(#0, axes=[0, 1], keepdim=0) []", [&] { (void)mean(x); }},
      {"amax(#0, axes=[1], keepdim=1) [2, 1]", [&] { (void)amax(x, -1, true); }},
      {"amin(#0, axes=[1], keepdim=0) [2]", [&] { (void)amin(x, -1); }},
      {"var(#0, axes=[0, 1], correction=1, keepdim=0) []", [&] { (void)var(x); }},
      {"logsumexp(#0, axes=[0], keepdim=0) [3]", [&] { (void)logsumexp(x, 0); }},
      {"softmax(#0, axes=[1]) [2, 3]", [&] { (void)softmax(x); }},
      {"log_softmax(#0, axes=[1]) [2, 3]", [&] { (void)log_softmax(x); }},
      {"matmul(#0, #1) [2, 2]",
       [&] {
         (void)matmul(x, Variable(ones({3, 2})));
       }},
      {"linear(#0, #1, #2) [2, 4]",
       [&] {
         (void)linear(x, Variable(ones({4, 3})), Variable(ones({4})));
       }},
      {"where(#0, #1, 0) [2, 3]",
       [&] {
         (void)where(x, Variable(ones({2, 3})), 0);
       }},
  };
  for (const auto& [line, call] : calls) {
    const Trace trace;
    call();
    CHECK(to_string(trace).find(line + std::string("\n")) != std::string::npos);
    CHECK(trace.entries().size() == 1);
  }
}

TEST_CASE("trace: an entry of a constant is a slice that loses its axis") {
  const Variable x = ones({2, 3});
  const Trace trace;
  CHECK(x[-1].shape() == Shape{3});
  CHECK(to_string(trace) ==
        "#0 given [2, 3]\n#1 slice(#0, axis=0, start=1, stop=2, step=1) [1, 3]\n"
        "#2 squeeze(#1, axis=0) [3]\n");
}

TEST_CASE("trace: hears the rules of a walk, and says whose") {
  const std::string path = "head";
  const Variable x = leaf(full({}, 0.5, DType::float64));
  const Trace trace;
  Variable y;
  {
    const ModuleScope scope(path);
    y = tanh(x);
  }
  SUBCASE("as the fused loop that they are") {
    const auto [dx] = gradients(y, {x});
    REQUIRE(trace.entries().size() == 2);
    const Trace::Entry& rule = trace.entries()[1];
    CHECK(rule.name == "apply");
    CHECK(rule.derivative_of == "tanh");
    CHECK(rule.module == "head");
    CHECK(rule.inputs.size() == 2);  // y and dy
    CHECK(std::get<std::size_t>(rule.inputs[0]) == trace.identity(y));
    CHECK(rule.output == trace.identity(dx));
  }
  SUBCASE("as the operations that a recorded walk computes") {
    const auto [dx] = gradients(y, {x}, {.create_graph = true});
    CHECK(to_string(trace) ==
          "#0 given []\n#1 tanh(#0) []; in head\n"
          "#2 multiply(#1, #1) []; in the derivative of tanh; in head\n"
          "#3 subtract(1, #2) []; in the derivative of tanh; in head\n"
          "#4 given []\n#5 multiply(#4, #3) []; in the derivative of tanh; in head\n");
    CHECK(trace.identity(dx) == 5);
  }
}

TEST_CASE("trace: keeps what came in, and no result") {
  std::weak_ptr<Storage> given, made;
  {
    const Trace trace;
    {
      const Variable x = ones({4}), y = exp(x);
      given = x.value().storage();
      made = y.value().storage();
      CHECK(!trace.values()[1].given.storage());
    }
    CHECK(trace.values()[0].given.storage() == given.lock());
    CHECK(made.expired());
  }
  CHECK(given.expired());
}

TEST_CASE("trace: new memory is never taken for what stood there before") {
  const Trace trace;
  for (int i = 0; i < 3; ++i) (void)exp(Variable(full({4}, i)) * 2);
  CHECK(trace.values().size() == 9);
}

TEST_CASE("trace: an operation that returns its input gives it a later identity") {
  const Variable x = ones({4});
  const Trace trace;
  const Variable same = expand(x, {4});
  (void)exp(same);
  CHECK(to_string(trace) == "#0 given [4]\n#1 expand(#0, shape=[4]) [4]\n#2 exp(#1) [4]\n");
}

TEST_CASE("trace: a view is a value of its own, and so is the same shape elsewhere") {
  const Variable x = ones({2, 2});
  const Trace trace;
  (void)(x[0] + x[1]);
  CHECK(trace.entries().back().inputs.size() == 2);
  CHECK(trace.entries().back().inputs[0] != trace.entries().back().inputs[1]);
}

TEST_CASE("trace: belongs to its thread, nests, and ends in any order") {
  std::optional<Trace> first, second;
  first.emplace();
  const Variable x = ones({});
  (void)exp(x);
  second.emplace();
  (void)exp(x);
  std::thread([&] { (void)exp(x); }).join();
  CHECK(first->entries().size() == 2);
  CHECK(second->entries().size() == 1);
  first.reset();
  (void)exp(x);
  CHECK(second->entries().size() == 2);
  second.reset();
  CHECK(detail::scopes.listener == nullptr);
}

TEST_CASE("trace: what was computed before it lived is given, like a leaf, but has no name") {
  const std::string path = "head";
  const Variable x = leaf(ones({2}));
  Variable y;
  {
    const Trace before;
    const ModuleScope scope(path);
    y = exp(x);
  }
  CHECK(y.node()->where == "head");
  const Trace trace;
  (void)record({"own", {{"list", std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8}}}}, y.value(),
               Constant{y});
  CHECK(to_string(trace) == "#0 given [2]\n#1 own(#0, list=[1, 2, 3, 4, 5, 6, 7, 8]) [2]\n");
}

TEST_CASE("trace: says that it does not know a tensor") {
  const Trace trace;
  CHECK(message_of([&] { (void)trace.identity(ones({2})); }) ==
        "trace: no operation of it read or made this tensor [2]; try one that the program computed "
        "while the trace lived");
}

TEST_CASE("trace: computes the same bits") {
  const auto program = [] {
    const Variable x = leaf(from_vector<float>({0.1f, -0.7f, 2.5f}));
    return gradients(sum(sigmoid(x) * tanh(x)), x).value().to_vector<float>();
  };
  const std::vector<float> alone = program();
  const Trace trace;
  CHECK(program() == alone);
}
