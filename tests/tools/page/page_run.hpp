// A trained run on the disk, for tests of its page.
#pragma once

#include <tests/tools/training/small_run.hpp>
#include <tools/page/opened.hpp>

struct PageRun : SmallRun {
  explicit PageRun(const char* model, const More& more = {}) : SmallRun(model, 1, more) {
    options.data = (place.path() / "data").string();
    train(*this);
  }
  std::string path() const { return folder->name(); }
  ebb::tools::ReportOptions report() const { return {.runs = {path()}, .quiet = true}; }
  ebb::tools::OpenedRun open() const { return ebb::tools::open_for_page(path(), report()); }
};
