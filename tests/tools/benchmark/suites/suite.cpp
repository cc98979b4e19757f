#include <doctest/doctest.h>

#include <set>
#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/benchmark/suites/suite.hpp>

using namespace ebb::tools::benchmark;

namespace {

// The number of threads and the instruction set of each table.
struct Table {
  std::string isa;
  int threads;
  bool operator==(const Table& other) const { return isa == other.isa && threads == other.threads; }
};
std::vector<Table> tables_of(const Options& options) {
  const int before = ebb::threads();
  Report report(nullptr);
  run_suites(options, report);
  ebb::set_threads(before);
  std::vector<Table> tables;
  for (const auto& table : report.json()["tables"])
    tables.push_back({table["isa"], table["threads"]});
  return tables;
}

Options quick(const std::string& suite, std::vector<int> threads) {
  Options options;
  options.quick = true;
  options.suites = {suite};
  options.threads = std::move(threads);
  return options;
}

}  // namespace

TEST_CASE("bench suite: every suite has a name of its own, a summary and a function") {
  std::set<std::string> names;
  for (const Suite& suite : suites()) {
    CHECK(names.insert(suite.name).second);
    CHECK(std::string(suite.summary).size() > 10);
    CHECK((suite.run != nullptr));
  }
}

TEST_CASE("bench suite: it runs for each number of threads, or for the largest alone") {
  const std::string isa = ebb::kernels_in_use().name;
  CHECK(tables_of(quick("peak", {2, 1})) == std::vector<Table>{{isa, 2}, {isa, 1}});
  CHECK(tables_of(quick("roofline", {1, 2})) == std::vector<Table>{{isa, 2}});
}
