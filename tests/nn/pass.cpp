#include <doctest/doctest.h>

#include <nn/buffer.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Buffer, nn::Pass;

namespace {

Buffer zero() {
  Buffer buffer{{1}};
  buffer.set_path("mean");
  buffer.set(zeros({1}));
  return buffer;
}

constexpr const char* forgotten =
    "buffer mean did not learn: a training pass that noted what it becomes ended without apply(); "
    "call optimizer.step(gradients, pass), pass.apply(), or pass.discard() where nothing is to be "
    "learned";

}  // namespace

TEST_CASE("pass: it trains only when told so") {
  Random random{3};
  Pass plain{random}, training{random, true}, named{.noise = random, .training = true};
  CHECK_FALSE(plain.training);
  CHECK(training.training);
  CHECK(named.training);
  CHECK(&plain.noise == &random);
}

TEST_CASE("pass: nothing changes before apply, and then all that was noted") {
  Random random;
  Buffer mean = zero(), other = zero();
  Pass pass{random, true};
  pass.note(mean, full({1}, 2));
  pass.note(other, full({1}, 3));
  CHECK(mean.value().item() == 0);
  CHECK(pass.latest(mean).item() == 2);
  pass.note(mean, full({1}, 4));
  pass.apply();
  CHECK(mean.value().item() == 4);
  CHECK(other.value().item() == 3);
  CHECK(pass.latest(mean).item() == 4);
}

TEST_CASE("pass: a model may move between the note and apply") {
  Random random;
  Buffer mean = zero();
  Pass pass{random, true};
  pass.note(mean, ones({1}));
  const Buffer moved = std::move(mean);
  pass.apply();
  CHECK(moved.value().item() == 1);
}

TEST_CASE("pass: what nobody applied is said at the next use, once") {
  Random random;
  Buffer mean = zero();
  const auto forget = [&] { Pass{random, true}.note(mean, ones({1})); };
  forget();
  CHECK(message_of([&] { return mean.value(); }) == forgotten);
  CHECK(mean.value().item() == 0);
  forget();
  const Buffer copy = mean;  // no use, but it knows
  CHECK(message_of([&] { return copy.value(); }) == forgotten);
  Pass next{random, true};
  CHECK(message_of([&] {
          next.note(mean, ones({1}));
          return 0;
        }) == forgotten);
}

TEST_CASE("pass: notes that are discarded, or ended by an exception, are not missed") {
  Random random;
  Buffer mean = zero();
  {
    Pass pass{random, true};
    pass.note(mean, ones({1}));
    pass.discard();
  }
  CHECK(mean.value().item() == 0);
  CHECK(message_of([&]() -> int {
          Pass pass{random, true};
          pass.note(mean, ones({1}));
          throw Error("a step was refused");
        }) == "a step was refused");
  CHECK(mean.value().item() == 0);
}

TEST_CASE("pass: only a training pass takes notes, and only such as fit") {
  Random random;
  Buffer mean = zero();
  Pass plain{random}, pass{random, true};
  CHECK(message_of([&] {
          plain.note(mean, ones({1}));
          return 0;
        }) ==
        "pass: mean [1] cannot learn in a pass that does not train; try Pass{random, true}, or ask "
        "pass.training first");
  CHECK(message_of<ShapeError>([&] {
          pass.note(mean, ones({2}));
          return 0;
        }) == "buffer mean: the shape is [1], the new values are [2]; try reshape");
}
