// The test program. Its last line is "N passed, N failed", and ", N skipped" where tests were.
#define DOCTEST_CONFIG_IMPLEMENT
#include <doctest/doctest.h>
#include <stdlib.h>

#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <tests/support.hpp>

namespace {

const char* running_test = "";
bool was_skipped = false;

// doctest calls this one when a test crashes, too, so that the last line is never missing.
struct Reporter final : doctest::ConsoleReporter {
  using ConsoleReporter::ConsoleReporter;

  void test_case_start(const doctest::TestCaseData& test) override {
    running_test = test.m_name;
    was_skipped = false;
    ConsoleReporter::test_case_start(test);
  }

  void test_case_end(const doctest::CurrentTestCaseStats& stats) override {
    ++(stats.failure_flags ? failed : was_skipped ? skipped : passed);
    ConsoleReporter::test_case_end(stats);
  }

  void test_run_end(const doctest::TestRunStats& stats) override {
    if (stats.numTestCasesFailed) ConsoleReporter::test_run_end(stats);
    s << std::dec << passed << " passed, " << failed << " failed";
    if (skipped) s << ", " << skipped << " skipped";
    s << std::endl;
  }

  int passed = 0, failed = 0, skipped = 0;
};

}  // namespace

REGISTER_REPORTER("ebb", 0, Reporter);

void skip(const char* reason) {
  was_skipped = true;
  std::printf("skipped: %s (%s)\n", reason, running_test);
  std::fflush(stdout);
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "ebb-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder " + name);
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error("cannot read " + path.string());
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream file(path, std::ios::binary);
  if (!(file << bytes) || !file.flush()) throw std::runtime_error("cannot write " + path.string());
}

int main(int count, char** arguments) {
  doctest::Context context;
  context.setOption("reporters", "ebb");
  context.setOption("no-intro", true);
  context.applyCommandLine(count, arguments);
  return context.run();
}
