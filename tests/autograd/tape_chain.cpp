// Covers: autograd/tape.cpp
#include <doctest/doctest.h>
#include <pthread.h>

#include <autograd/elementwise.hpp>
#include <autograd/gradients.hpp>
#include <autograd/trace.hpp>
#include <functional>
#include <tools/common/counted_new.hpp>

using namespace ebb::tools;
using namespace ebb;

namespace {

constexpr std::size_t small_stack = 256 * 1024;

// Runs `body` on a thread with so small a stack that any recursion along a graph overflows it.
void in_a_small_stack(std::function<void()> body) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  REQUIRE(pthread_attr_setstacksize(&attributes, small_stack) == 0);
  pthread_t thread;
  REQUIRE(pthread_create(
              &thread, &attributes,
              [](void* f) -> void* {
                (*static_cast<std::function<void()>*>(f))();
                return nullptr;
              },
              &body) == 0);
  pthread_join(thread, nullptr);
  pthread_attr_destroy(&attributes);
}

constexpr int length = 1'000'000;

Variable chain(const Variable& x, int operations = length) {
  Variable y = x;
  for (int i = 0; i < operations; ++i) y = y + 1;
  return y;
}

}  // namespace

TEST_CASE("tape: a chain of a million operations lives and dies in a stack of 256 KB") {
  const std::size_t before = memory_use().live_bytes;
  double kept = 0, freed = 0;
  in_a_small_stack([&] {
    const Variable x = leaf(ones({}));
    Variable y = chain(x);
    kept = gradients(y, {x})[0].item();  // walked
    freed = backward(y)[x].item();       // walked and freed on the way
    y = chain(x);
  });  // destroyed as it is
  CHECK(kept == 1);
  CHECK(freed == 1);
  CHECK(memory_use().live_bytes == before);
}

TEST_CASE("tape: nodes that rules own die without recursion, too") {
  std::weak_ptr<Node> first;
  in_a_small_stack([&] {
    const Variable x = leaf(ones({}));
    Variable y = exp(x);
    first = y.node();
    for (int i = 0; i < 100'000; ++i)  // each rule captures the Variable before, no edge does
      y = record("hidden", y.value(), Wrt{x, [y](const Variable& dy) { return dy + y; }});
    CHECK(!first.expired());
  });
  CHECK(first.expired());
}

TEST_CASE("tape: nodes die without asking for memory, however many and wherever they hang") {
  const Variable x = leaf(ones({}));
  Variable y = chain(x, 1000);
  for (int i = 0; i < 1000; ++i) {
    const Variable hidden = exp(y) * x;
    y = record("hidden", y.value(), Wrt{y, [hidden](const Variable& dy) { return dy + hidden; }},
               Wrt{hidden, [y](const Variable& dy) { return dy * y; }});
  }
  std::uint64_t before = calls_of_new();
  y = {};
  CHECK(calls_of_new() == before);
  const auto wide = [&] {
    std::vector<Variable> parts;
    for (int i = 0; i < 1000; ++i) parts.push_back(exp(x));
    std::vector<Wrt<Rule>> inputs;
    for (const Variable& part : parts)
      inputs.push_back({part, [](const Variable&, const Variable& dy) { return dy; }});
    return record("wide", ones({}), std::move(inputs));
  };
  y = wide();
  before = calls_of_new();
  y = {};
  CHECK(calls_of_new() == before);
}

TEST_CASE("tape: the graph of a long chain's derivative dies without recursion, too") {
  double second = 1;
  in_a_small_stack([&] {
    const Variable x = leaf(full({}, 1.0, DType::float64));
    Variable y = x;
    for (int i = 0; i < 20'000; ++i) y = square(y);
    const auto [dx] = gradients(y, {x}, {.create_graph = true});
    second = gradients(dx, {x})[0].item();
  });
  CHECK(second > 1);
}

TEST_CASE("trace: a long chain needs no deep stack") {
  std::string lines;
  in_a_small_stack([&] {
    const Trace trace;
    static_cast<void>(chain(leaf(ones({})), 100'000));
    lines = to_string(trace);
  });
  CHECK(lines.starts_with("#0 given []\n#1 add(#0, 1) []\n"));
  CHECK(lines.ends_with("\n#100000 add(#99999, 1) []\n"));
}
