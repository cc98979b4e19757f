// Another library's matrix product, in a program of its own that sleeps between its turns.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <string>
#include <tools/benchmark/measure.hpp>
#include <tools/benchmark/peers/peer.hpp>
#include <tools/common/process.hpp>
#include <vector>

namespace ebb::tools::benchmark {

class PeerProcess final {
 public:
  // Starts the program for an instruction set ("sse2", "avx2", "avx512"). This and the other
  // functions throw std::runtime_error when it has ended or answers nonsense.
  PeerProcess(const std::string& program, const std::string& isa, int threads);
  ~PeerProcess() { stop(); }
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  const std::string& name() const { return name_; }  // "OpenBLAS"

  // Computes it once and gives its check_sum. The threads that it left get a core each.
  double prepare(const ProductShape& shape);
  double prepare(const ConvolutionShape& shape);
  // The same; throws std::runtime_error where Ebb's result, that of `work`, is another one.
  template <class Shape>
  void compare(const std::string& work, const Shape& shape, const float* result) {
    const double ours = check_sum(shape, result), theirs = prepare(shape);
    const auto sums = static_cast<double>(shape.counts()[shape.result()]);
    const double terms = std::max(4.0, shape.flops() / sums / 2);
    if (!(std::abs(ours - theirs) <= 3e-6 * std::sqrt(sums) * terms))
      throw std::runtime_error(
          fmt::format("{}: {} computes {}, Ebb {}", work, name_, theirs, ours));
  }
  // Its turns in measure(): the product so often. The program times itself.
  Way way();

 private:
  std::string answer();
  double ask(const std::string& request);
  double ask_for(const std::string& work);
  int stop();  // its status

  std::string program_, name_;
  File talk_;
  int threads_;
  pid_t process_ = -1;
  std::optional<Pinned> pinned_;
};

// A peer that tools/bench knows.
struct PeerProgram {
  std::string library;  // "OpenBLAS"; "naive" for the loop that is always there, the first
  std::string package;  // Debian's name for it
  std::string path;     // of the program, which may be missing
  bool built() const { return std::filesystem::exists(path); }
};
std::vector<PeerProgram> peer_programs(const std::string& isa);

}  // namespace ebb::tools::benchmark
