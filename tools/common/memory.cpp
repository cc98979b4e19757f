#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <limits>
#include <nn/buffer.hpp>
#include <nn/files/printable.hpp>
#include <nn/parts.hpp>
#include <sstream>
#include <tensor/error.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/common/memory.hpp>

namespace ebb::tools {

namespace {

constexpr double no_limit = std::numeric_limits<double>::infinity();

// The only number in a file. Unknown where there is none: no such file, or "max".
double number_in(const std::string& path) {
  double number = 0;
  return std::ifstream(path) >> number ? number : no_limit;
}

// The number after a word that begins a line, or `otherwise`.
double number_after(const std::string& path, const std::string& word, double otherwise) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string first;
    double number = 0;
    if (words >> first >> number && first == word) return number;
  }
  return otherwise;
}

// What a group of processes may still take. Cached files do not count as used: the system drops
// them in time.
double left_in_group(const std::string& group, bool first_version) {
  const std::string before = first_version ? "total_" : "", stat = group + "/memory.stat";
  const double limit =
      number_in(group + (first_version ? "/memory.limit_in_bytes" : "/memory.max"));
  const double used =
      number_in(group + (first_version ? "/memory.usage_in_bytes" : "/memory.current"));
  if (limit == no_limit || used == no_limit) return no_limit;
  const double files = number_after(stat, before + "inactive_file", 0) +
                       number_after(stat, before + "active_file", 0);
  return limit - used + std::min(used, files);
}

// In all groups that this process is in, from its own to the outermost: lines such as "0::/a/b" or,
// of the first version, "7:memory:/a/b".
double left_in_groups(const std::string& root) {
  double left = no_limit;
  std::ifstream groups(root + "/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    const bool first_version = line.find(":memory:") != std::string::npos;
    if (!first_version && !line.starts_with("0::")) continue;
    const std::string top = root + "/sys/fs/cgroup" + (first_version ? "/memory" : "");
    std::string group = line.substr(line.rfind(':') + 1);
    if (group == "/") group.clear();
    for (;; group.resize(group.rfind('/'))) {
      left = std::min(left, left_in_group(top + group, first_version));
      if (group.rfind('/') == std::string::npos) break;
    }
  }
  return left;
}

double left_of_limit(int limit_kind, double used_pages) {
  rlimit limit = {};
  if (getrlimit(static_cast<decltype(RLIMIT_AS)>(limit_kind), &limit) != 0 ||
      limit.rlim_cur == RLIM_INFINITY)
    return no_limit;
  return static_cast<double>(limit.rlim_cur) -
         used_pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

// "481 GB"
std::string spoken(double bytes) {
  const char* unit = "kB";
  bytes = std::max(bytes, 1000.0) / 1000;
  for (const char* larger : {"MB", "GB", "TB", "PB"}) {
    if (bytes < 999.5) break;
    bytes /= 1000;
    unit = larger;
  }
  return fmt::format("{:.{}f} {}", bytes, bytes < 9.95 ? 1 : 0, unit);
}

}  // namespace

double training_bytes(const nn::Module& model, const TrainingSize& size) {
  const double weights = static_cast<double>(count_parameters(model));
  double buffers = 0;
  for (const auto& [name, buffer] : nn::Parts(model).buffers)
    buffers += static_cast<double>(buffer->shape().count());
  return 3 * sizeof(float) * (weights * (1 + size.states) + buffers) + size.step;
}

double available_bytes(const std::string& root) {
  double pages[6] = {};  // size, resident, shared, text, (none), data
  std::ifstream statistics(root + "/proc/self/statm");
  for (double& number : pages) statistics >> number;
  const double machine = number_after(root + "/proc/meminfo", "MemAvailable:", no_limit) * 1024;
  return std::min({machine, left_in_groups(root), left_of_limit(RLIMIT_AS, pages[0]),
                   left_of_limit(RLIMIT_DATA, pages[5])});
}

std::uint64_t memory_for_data() {
  return static_cast<std::uint64_t>(std::min(available_bytes() / 3, 1e15));
}

std::string memory_in_words(const nn::Module& model, const TrainingSize& size) {
  return fmt::format("memory: about {} for {} parameters and batches of {}",
                     spoken(training_bytes(model, size)), nn::grouped(count_parameters(model)),
                     nn::grouped(size.batch));
}

void require_memory(const nn::Module& model, const TrainingSize& size, double available,
                    const std::string& smaller) {
  if (training_bytes(model, size) > available)
    throw UsageError(fmt::format("{}, but there are {}; try a smaller {}",
                                 memory_in_words(model, size), spoken(available), smaller));
}

}  // namespace ebb::tools
