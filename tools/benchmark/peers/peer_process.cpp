#include <fmt/format.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <tools/benchmark/peers/peer_process.hpp>
#include <tools/benchmark/places.hpp>

namespace ebb::tools::benchmark {

PeerProcess::PeerProcess(const std::string& program, const std::string& isa, int threads)
    : program_(std::filesystem::path(program).filename()),
      talk_(nullptr, std::fclose),
      threads_(threads) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error(program_ + ": no way to talk to it");
  talk_.reset(fdopen(ends[0], "r"));
  File theirs(fdopen(ends[1], "r"), std::fclose);
  process_ =
      start_program({program, isa, std::to_string(threads)}, {.input = ends[1], .output = ends[1]});
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
  const std::string beginning = std::string(build_folder) + "/tools/benchmark/peers/ebb-peer-";
  return {{"naive", "", beginning + "naive"},
          {"oneDNN", "libdnnl-dev", beginning + "onednn"},
          {"OpenBLAS", "libopenblas-dev", beginning + "openblas"},
          {"BLIS", "libblis-dev", beginning + "blis"},
          {"Eigen", "libeigen3-dev", beginning + "eigen-" + isa}};
}

}  // namespace ebb::tools::benchmark
