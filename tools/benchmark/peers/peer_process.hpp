// Another library's matrix product, in a program of its own that sleeps between its turns.
#pragma once

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
  // Starts PROGRAM ISA THREADS. This and the other functions throw std::runtime_error when it has
  // ended or answers nonsense.
  PeerProcess(const std::string& program, const std::string& isa, int threads);
  ~PeerProcess() { stop(); }
  PeerProcess(const PeerProcess&) = delete;
  PeerProcess& operator=(const PeerProcess&) = delete;

  const std::string& name() const { return name_; }  // "OpenBLAS"

  // Computes the product once and gives its check_sum. The threads that it left get a core each.
  double prepare(const ProductShape& shape);
  double prepare_convolution(const ConvolutionShape& shape);
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
