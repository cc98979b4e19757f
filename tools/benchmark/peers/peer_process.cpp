#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <tools/benchmark/peers/peer_process.hpp>
#include <tools/benchmark/places.hpp>
#include <tools/benchmark/report.hpp>

namespace ebb::tools::benchmark {
namespace {

// What the libraries ask their environment while they are loaded: which kernels, how many threads.
// OpenBLAS 0.3.21 and BLIS 0.9 would take those for AVX2 on AMD processors with AVX-512, for half
// the speed. BLIS counts its configurations in the order of arch_t: Penryn, Haswell or Zen 3, SKX.
std::map<std::string, std::optional<std::string>> environment_for(const std::string& isa,
                                                                  const std::string& threads) {
  const int vectors = isa == "avx512" ? 2 : isa == "avx2" ? 1 : 0;
  const bool amd = processor_name().starts_with("AMD");
  const auto of = [&](const std::array<const char*, 3>& names) { return names[vectors]; };
  return {{"OPENBLAS_CORETYPE", of({"Nehalem", "Haswell", "SkylakeX"})},
          {"OPENBLAS_NUM_THREADS", threads},
          {"BLIS_ARCH_TYPE", of({"5", amd ? "6" : "3", "0"})},
          {"BLIS_NUM_THREADS", threads},
          {"DNNL_MAX_CPU_ISA", of({"SSE41", "AVX2", "AVX512_CORE"})},
          {"OMP_NUM_THREADS", threads}};
}

}  // namespace

PeerProcess::PeerProcess(const std::string& program, const std::string& isa, int threads)
    : program_(std::filesystem::path(program).filename()),
      talk_(nullptr, std::fclose),
      threads_(threads) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error(program_ + ": no way to talk to it");
  talk_.reset(fdopen(ends[0], "r"));
  File theirs(fdopen(ends[1], "r"), std::fclose);
  process_ = start_program({program, "serve"},
                           {.input = ends[1],
                            .output = ends[1],
                            .environment = environment_for(isa, std::to_string(threads))});
  theirs.reset();  // else its end would not be the end of the talk
  name_ = answer();
}

int PeerProcess::stop() {
  int status = 0;
  if (process_ == -1) return status;
  kill(process_, SIGKILL);  // changes nothing where it has ended
  pinned_.reset();
  waitpid(process_, &status, 0);
  process_ = -1;
  return status;
}

std::string PeerProcess::answer() {
  char line[256];
  if (!std::fgets(line, sizeof line, talk_.get())) {
    const int status = stop();
    throw std::runtime_error(program_ +
                             (WIFSIGNALED(status)
                                  ? fmt::format(" was killed by signal {}", WTERMSIG(status))
                                  : fmt::format(" has ended with status {}", WEXITSTATUS(status))) +
                             " while it was needed");
  }
  line[std::strcspn(line, "\n")] = '\0';
  kill(process_, SIGSTOP);  // threads that wait by turning would take the processor from others
  return line;
}

double PeerProcess::ask(const std::string& request) {
  if (process_ == -1) throw std::runtime_error(program_ + " has ended before");
  kill(process_, SIGCONT);
  const int line = fileno(talk_.get());
  send(line, request.data(), request.size(), MSG_NOSIGNAL);  // answer() sees failures
  const std::string text = answer();
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0')
    throw std::runtime_error(fmt::format("{} answered '{}', which is no number", program_, text));
  return value;
}

double PeerProcess::ask_for(const std::string& work) {
  pinned_.reset();
  const double sum = ask(work);
  pinned_.emplace(process_, threads_);
  return sum;
}

double PeerProcess::prepare(const ProductShape& shape) {
  return ask_for(fmt::format("shape {} {} {} {:d} {:d}\n", shape.m, shape.n, shape.k,
                             shape.a_transposed, shape.b_transposed));
}

double PeerProcess::prepare(const ConvolutionShape& s) {
  return ask_for(fmt::format("convolution {} {} {} {} {} {} {} {}\n", s.batch, s.in, s.out, s.width,
                             s.kernel, s.stride, s.padding, s.product));
}

Way PeerProcess::way() {
  return {name_, [this](std::int64_t calls) { return ask(fmt::format("calls {}\n", calls)); }};
}

std::vector<PeerProgram> peer_programs(const std::string& isa) {
  const std::string beginning = build_folder + "/tools/benchmark/peers/ebb-peer-";
  return {{"naive", "", beginning + "naive"},
          {"oneDNN", "libdnnl-dev", beginning + "onednn"},
          {"OpenBLAS", "libopenblas-dev", beginning + "openblas"},
          {"BLIS", "libblis-dev", beginning + "blis"},
          {"Eigen", "libeigen3-dev", beginning + "eigen-" + isa}};
}

}  // namespace ebb::tools::benchmark
