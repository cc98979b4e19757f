// What tools/report was asked to do.
#pragma once

#include <optional>
#include <string>
#include <tools/common/options.hpp>
#include <vector>

namespace ebb::tools {

struct ReportOptions {
  std::vector<std::string> runs = {};  // folders
  std::string out = {};                // the page; empty: report.html in the folder of the one run
  std::int64_t images = 500;           // test examples on the page
  std::int64_t limit = 10'000;         // test examples that are scored
  std::int64_t threads = 0;            // 0: one per core
  bool quiet = false;

  void visit(Options& o);
  // Where the page is written: of several runs, report.html where the program was started.
  std::string path() const;
};

// Throws UsageError. Returns nothing after --help or --version, which it prints.
std::optional<ReportOptions> parse_report_command(int count, const char* const* arguments);

}  // namespace ebb::tools
