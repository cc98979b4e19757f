#include <limits>
#include <new>
#include <tensor/error.hpp>
#include <tensor/machine/storage.hpp>
#include <tests/failing_new.hpp>
#include <tools/common/counted_new.hpp>

using namespace ebb::tools;

namespace {

constexpr std::size_t step = 2048;  // bytes that tensors have more from one attempt to the next
constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

// From now to its end so little memory is there.
struct Shortage {
  Shortage(std::uint64_t n, bool all_later) {
    const std::uint64_t first = calls_of_new() + n;
    refuse_new(first, all_later ? std::numeric_limits<std::uint64_t>::max() : first);
  }
  explicit Shortage(std::size_t tensor_bytes) {
    ebb::set_memory_limit(ebb::memory_use().live_bytes + tensor_bytes);
  }
  ~Shortage() {
    refuse_new(1, 0);
    ebb::set_memory_limit(no_limit);
  }
};

template <class... Amount>
bool fails(const std::function<void()>& work, Amount... amount) {
  try {
    const Shortage shortage(amount...);
    work();
  } catch (const std::bad_alloc&) {
    return true;
  } catch (const ebb::MemoryError&) {
    return true;
  }
  return false;
}

}  // namespace

int run_out_of_memory_everywhere(const std::function<void()>& work,
                                 const std::function<void(bool failed)>& then) {
  int failures = 0;
  const auto until_it_comes_through = [&](const auto& attempt) {
    for (std::uint64_t n = 1;; ++n) {
      const bool failed = attempt(n);
      then(failed);
      if (!failed) return;
      ++failures;
    }
  };
  until_it_comes_through([&](std::uint64_t n) { return fails(work, n, false); });
  until_it_comes_through([&](std::uint64_t n) { return fails(work, n, true); });
  until_it_comes_through([&](std::uint64_t n) { return fails(work, (n - 1) * step); });
  return failures;
}
