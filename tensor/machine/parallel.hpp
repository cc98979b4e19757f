// Loops over the cores. How an element is computed never looks at the number of threads, so that
// every number of threads computes the same bits.
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace ebb {

// How many threads parallel_for uses from now on; the caller counts as one. The default is one per
// core that the process may use. Where the system allows fewer (a limit on processes or address
// space), they are fewer: threads() says how many. Waits for a loop that another thread runs to
// end. Throws Error unless 1 <= count <= 1024, and within a loop; nothing has changed then.
void set_threads(int count);
[[nodiscard]] int threads();

// How many different threads have run a piece of a parallel_for since the last set_threads.
[[nodiscard]] int threads_that_ran();

// Until the end of the scope loops of this thread run on it alone, and it does not count as one
// that ran: for a thread that does small things beside others, which keep the cores.
class [[nodiscard("it ends at once unless it has a name")]] AloneScope final {
 public:
  AloneScope();
  ~AloneScope();
  AloneScope(const AloneScope&) = delete;
  AloneScope& operator=(const AloneScope&) = delete;

 private:
  bool before_;
};

// A grain that gives threads equal parts of `count`, in pieces of about `least` to nine times that;
// no more threads take part than there are such pieces. For loops in which each index stands alone,
// so that no bit depends on it.
[[nodiscard]] std::int64_t even_grain(std::int64_t count, std::int64_t least);

namespace detail {
using Piece = void (*)(void* body, std::int64_t begin, std::int64_t end);
void run_pieces(std::int64_t count, std::int64_t grain, Piece piece, void* body);
}  // namespace detail

// Calls body(begin, end) for the pieces [0, grain), [grain, 2 grain), … of [0, count), in any order
// and on any thread; a single piece runs on the caller at once, and so does a loop within a loop,
// or one that another thread begins meanwhile. Kernels are called from here alone: on each thread
// denormals count as zero while body runs, and the former setting returns after it. The first
// exception that body throws arrives at the caller, and pieces not yet begun are left out.
template <class Body>
void parallel_for(std::int64_t count, std::int64_t grain, Body&& body) {
  detail::run_pieces(
      count, grain,
      [](void* function, std::int64_t begin, std::int64_t end) {
        (*static_cast<std::remove_reference_t<Body>*>(function))(begin, end);
      },
      const_cast<void*>(static_cast<const void*>(std::addressof(body))));
}

}  // namespace ebb
