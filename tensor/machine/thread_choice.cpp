#include <algorithm>
#include <tensor/machine/parallel.hpp>
#include <tensor/machine/thread_choice.hpp>
#include <vector>

namespace ebb {
namespace {

constexpr double allowed = 0.005;     // of the time, for trials
constexpr std::size_t between = 100;  // steps, at least, from a trial to the next
constexpr std::size_t settling = 2;   // steps until the cores have what they need
constexpr std::size_t counted = 5;    // steps after that
constexpr double better = 0.97;       // times as long: worth a change

}  // namespace

double ThreadChoice::Times::median() const {
  const auto known = static_cast<std::ptrdiff_t>(std::min(count, seconds.size()));
  std::vector<double> sorted(seconds.begin(), seconds.begin() + known);
  std::nth_element(sorted.begin(), sorted.begin() + known / 2, sorted.end());
  return sorted[static_cast<std::size_t>(known / 2)];
}

ThreadChoice::ThreadChoice() : most_(threads()), chosen_(most_), in_use_(most_) {}

ThreadChoice::~ThreadChoice() {
  if (in_use_ != most_ && threads() == in_use_) set_threads(most_);
}

void ThreadChoice::note(double seconds) {
  if (threads() != in_use_) {
    most_ = chosen_ = in_use_ = threads();
    usual_ = {};
  }
  if (most_ == 1) return;
  total_ += seconds;
  if (in_use_ == chosen_) {
    usual_.add(seconds);
    if (usual_.count >= between && lost_ <= allowed * total_) begin_trial();
    return;
  }
  lost_ = std::max(0.0, lost_ + seconds - usual_.median());
  if (settled_++ >= settling) trial_.add(seconds);
  if (trial_.count == counted) end_trial();
}

void ThreadChoice::begin_trial() {
  settled_ = 0;
  trial_ = {};
  upwards_ = chosen_ == 1 || (chosen_ < most_ && !upwards_);
  use(upwards_ ? std::min(2 * chosen_, most_) : chosen_ / 2);
}

void ThreadChoice::end_trial() {
  if (trial_.median() < better * usual_.median())
    chosen_ = in_use_;
  else
    use(chosen_);
  usual_ = {};
}

void ThreadChoice::use(int count) {
  set_threads(count);
  in_use_ = threads();
}

}  // namespace ebb
