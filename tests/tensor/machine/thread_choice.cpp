#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/thread_choice.hpp>

using namespace ebb;

namespace {

// A machine whose steps take `seconds(threads)`, for so many seconds: how long its steps would have
// taken on the best number of threads, over the time that they took.
double share_of_best(ThreadChoice& choice, double seconds,
                     const std::function<double(int threads)>& of_step) {
  const double best = std::min({of_step(1), of_step(2), of_step(4)});
  double used = 0;
  int steps = 0;
  for (; used < seconds; ++steps) {
    const double step = of_step(threads());
    used += step;
    choice.note(step);
  }
  return best * steps / used;
}

// The threads that a test has, as it ends.
struct ThreadsBefore {
  ~ThreadsBefore() { set_threads(before); }
  int before = threads();
};

// As a small step was measured on cores that are near each other, and far apart.
double near(int threads) { return 0.7e-3 / threads; }
double far(int threads) { return threads == 1 ? 0.65e-3 : 1.1e-3 + 0.05e-3 * threads; }

}  // namespace

TEST_CASE("thread choice: while more threads are faster, trials take less than a hundredth") {
  const ThreadsBefore scope;
  set_threads(4);
  ThreadChoice choice;
  CHECK(share_of_best(choice, 20, near) > 0.99);
  CHECK(share_of_best(choice, 20, [](int threads) { return 0.1 / threads; }) > 0.99);
}

TEST_CASE(
    "thread choice: where fewer are faster it finds them, and goes back, within two seconds") {
  const ThreadsBefore scope;
  set_threads(4);
  ThreadChoice choice;
  share_of_best(choice, 3, near);
  share_of_best(choice, 2, far);
  CHECK(share_of_best(choice, 20, far) > 0.99);
  share_of_best(choice, 2, near);
  CHECK(share_of_best(choice, 20, near) > 0.99);
}

TEST_CASE("thread choice: a number in the middle may be the best") {
  const ThreadsBefore scope;
  set_threads(4);
  ThreadChoice choice;
  const auto two = [](int threads) { return threads == 2 ? 1e-3 : 1.5e-3; };
  share_of_best(choice, 2, two);
  CHECK(share_of_best(choice, 20, two) > 0.98);
}

TEST_CASE("thread choice: it leaves as many threads as it found, and follows set_threads") {
  const ThreadsBefore scope;
  set_threads(2);
  {
    ThreadChoice choice;
    share_of_best(choice, 5, far);
    set_threads(3);
    choice.note(1);
    share_of_best(choice, 5, near);
  }
  CHECK(threads() == 3);
  set_threads(1);
  ThreadChoice choice;
  for (int i = 0; i < 1000; ++i) choice.note(1);
  CHECK(threads() == 1);
}
