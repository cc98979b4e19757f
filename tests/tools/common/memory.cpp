#include <doctest/doctest.h>

#include <cmath>
#include <models/autoencoder.hpp>
#include <models/vector_quantizer.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>
#include <tests/tensor/machine/address_limit.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/common/memory.hpp>

using namespace ebb::tools;

namespace fs = std::filesystem;

namespace {

constexpr double infinite = std::numeric_limits<double>::infinity();

// A machine of files: 1000 kB available, the process in the group /a/b.
class Machine final {
 public:
  Machine() {
    put("proc/meminfo", "MemTotal:       2000 kB\nMemFree:  10 kB\nMemAvailable:   1000 kB\n");
    put("proc/self/statm", "10 5 3 1 0 4 0\n");
  }
  void put(const std::string& file, const std::string& contents) const {
    fs::create_directories((place_.path() / file).parent_path());
    write_file(place_.path() / file, contents);
  }
  double available() const { return available_bytes(place_.path()); }

 private:
  TemporaryFolder place_;
};

}  // namespace

TEST_CASE("memory: what the machine says is available, where no group has a limit") {
  const Machine machine;
  CHECK(machine.available() == 1'024'000);
  machine.put("proc/self/cgroup", "0::/a/b\n");
  machine.put("sys/fs/cgroup/a/b/memory.max", "max\n");
  machine.put("sys/fs/cgroup/a/b/memory.current", "500\n");
  CHECK(machine.available() == 1'024'000);
  const TemporaryFolder nothing;
  CHECK(available_bytes(nothing.path()) == infinite);
}

TEST_CASE("memory: the tightest of the groups around the process, cached files not counted") {
  const Machine machine;
  const std::string group = "sys/fs/cgroup/";
  machine.put("proc/self/cgroup", "0::/a/b\n");
  machine.put(group + "a/b/memory.max", "600000\n");
  machine.put(group + "a/b/memory.current", "100000\n");
  CHECK(machine.available() == 500'000);
  machine.put(group + "a/b/memory.stat", "anon 70000\ninactive_file 20000\nactive_file 10000\n");
  CHECK(machine.available() == 530'000);
  machine.put(group + "a/memory.max", "300000\n");
  machine.put(group + "a/memory.current", "100000\n");
  CHECK(machine.available() == 200'000);
  machine.put(group + "memory.max", "150000\n");  // the outermost, as a container sees its own
  machine.put(group + "memory.current", "100000\n");
  CHECK(machine.available() == 50'000);
  machine.put("proc/self/cgroup", "0::/\n");
  CHECK(machine.available() == 50'000);
}

TEST_CASE("memory: groups of the first version count, too") {
  const Machine machine;
  machine.put("proc/self/cgroup", "12:cpu:/x\n7:memory:/a\n");
  machine.put("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "600000\n");
  machine.put("sys/fs/cgroup/memory/a/memory.usage_in_bytes", "100000\n");
  machine.put("sys/fs/cgroup/memory/a/memory.stat", "inactive_file 1\ntotal_inactive_file 5000\n");
  CHECK(machine.available() == 505'000);
}

TEST_CASE("memory: a limit on address space counts from what is used") {
  if (sanitizers != "none") return skip("sanitizers reserve more addresses than a limit leaves");
  const AddressLimit limit(std::size_t{64} << 20);
  const double available = available_bytes();
  CHECK(available > 32 << 20);
  CHECK(available <= 64 << 20);
}

TEST_CASE("memory: weights and states with their copies, and what a step takes") {
  const ebb::models::Autoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  const double weights = 36 * 9 + 9 + 9 * 3 + 3 + 3 * 9 + 9 + 9 * 36 + 36;
  CHECK(training_bytes(model, {32, 2, 0}) == 4 * 9 * weights);
  CHECK(training_bytes(model, {32, 2, 1000}) == 4 * 9 * weights + 1000);
  CHECK(training_bytes(model, {10, 0, 0}) == 4 * 3 * weights);
}

TEST_CASE("memory: buffers count, with a copy and one more to be written") {
  const ebb::models::VectorQuantizer codebook({.codes = 100, .width = 7});
  CHECK(training_bytes(codebook, {}) == 4 * 3 * (100 + 100 * 7));
}

TEST_CASE("memory: a line says what it takes, and more than there is is refused") {
  const ebb::models::Autoencoder model({.input = 36, .hidden = {9}, .latent = 3});
  const TrainingSize size = {1000, 2, 1.47e6};
  const std::string line = "memory: about 1.5 MB for 759 parameters and batches of 1,000";
  CHECK(memory_in_words(model, size) == line);
  require_memory(model, size, 1.6e6, "--latent");
  require_memory(model, size, infinite, "--latent");
  const std::string message = line + ", but there are 5.0 kB; try a smaller --latent";
  CHECK_THROWS_WITH_AS(require_memory(model, size, 5000, "--latent"), message.c_str(), UsageError);
}
