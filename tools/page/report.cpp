#include <fmt/format.h>

#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tools/page/page.hpp>
#include <tools/page/report.hpp>

namespace ebb::tools {

void write_report(const ReportOptions& options, Progress& progress) {
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  for (const std::string& run : options.runs) runs.push_back(data_of_run(run, options, progress));
  const std::string page = page_of(runs), path = options.path();
  nn::write_file(path, page);
  progress.print(fmt::format("page: {} ({} bytes)", nn::printable(path),
                             nn::grouped(static_cast<std::int64_t>(page.size()))));
}

}  // namespace ebb::tools
