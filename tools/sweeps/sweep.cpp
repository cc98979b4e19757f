#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <nn/files/file.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/common/run_folder.hpp>
#include <tools/common/terminal.hpp>
#include <tools/sweeps/picture.hpp>
#include <tools/sweeps/runs.hpp>
#include <tools/sweeps/sweep.hpp>
#include <tools/training/sources.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* about = "sweep.json";

// The folder may hold runs of other values and seeds, but not of other options.
void require_same(const SweepCommand& command, const std::string& folder) {
  const std::string path = folder + "/" + about;
  const Json before =
      std::filesystem::exists(path) ? Json::parse(nn::read_file(path), nullptr, false) : Json();
  const auto refuse = [&](const std::string& why) {
    throw UsageError(fmt::format("--out: {} {}; name a new folder", folder, why));
  };
  if (!before.is_object() || !before.contains("options"))
    refuse("exists already and holds no sweep");
  if (before.value("model", Json()) != command.model)
    refuse("holds a sweep of " + before.value("model", Json()).dump());
  for (const auto& [key, value] : command.base.items())
    if (const Json& options = before["options"]; options.contains(key) && options[key] != value)
      refuse(fmt::format("holds a sweep whose {} is {}, not {}", key, options[key].dump(),
                         value.dump()));
}

RunFolder open_folder(const SweepCommand& command) {
  const std::string& out = command.options.out;
  if (out.empty() || !std::filesystem::is_directory(out)) {
    RunFolder::require_new(out);
    return RunFolder(out, "sweep");
  }
  require_same(command, out);
  return RunFolder(RunFolder::existing, out, "--out");
}

// Where the data are broken, a new folder goes again.
std::vector<FailedRun> do_all(const std::vector<PlannedRun>& runs, const RunFolder& folder,
                              Progress& progress) {
  try {
    return do_runs(runs, folder.name(), threads(), progress);
  } catch (const DataError&) {
    std::error_code ignored;
    const std::filesystem::path place = folder.name();
    using Entries = std::filesystem::directory_iterator;
    if (std::distance(Entries(place, ignored), Entries()) == 1)
      std::filesystem::remove_all(place, ignored);
    throw;
  }
}

// "least squared error: latent 100; within a deviation of it from latent 50 on"
std::string answer(const Summary& summary) {
  std::size_t at;
  const Figure* figure = summary.find("squared_error", at);
  if (!figure) figure = summary.find("test_loss", at);
  if (!figure) return "";
  const Size* best = nullptr;
  for (const Size& size : summary.sizes)
    if (!size.figures[at].values.empty() &&
        (!best || size.figures[at].mean() < best->figures[at].mean()))
      best = &size;
  if (!best) return "";
  const auto name = [&](const Size& size) {
    std::string words;
    for (std::size_t i = 0; i < summary.names.size(); ++i)
      words += (i > 0 ? ", " : "") + summary.names[i] + " " + size.values[i];
    return words;
  };
  std::string line = fmt::format("least {}: {}", figure->name, name(*best));
  const double within = best->figures[at].mean() + best->figures[at].deviation();
  for (const Size& size : summary.sizes)  // the first such, as they were named
    if (size.figures[at].mean() <= within && &size != best)
      return line + fmt::format("; no worse by more than its deviation: {}", name(size));
  return line;
}

}  // namespace

int sweep(const SweepCommand& command, Progress& progress) {
  const std::vector<PlannedRun> runs = plan_runs(command);
  RunFolder folder = open_folder(command);
  folder.appear([&] {
    Json over;
    for (const SweptOption& swept : command.over) over[swept.name] = swept.values;
    folder.write_json(about, {{"model", command.model},
                              {"over", over},
                              {"seed", command.options.seed},
                              {"seeds", command.seeds},
                              {"options", command.base}});
  });
  const std::vector<FailedRun> failed = do_all(runs, folder, progress);
  const Summary summary = summarize(command, runs, folder.name());
  nn::write_file(folder.path("table.csv"), csv_of(summary));
  const std::string table = markdown_of(summary);
  nn::write_file(folder.path("table.md"), table);
  nn::write_file(folder.path("sweep.svg"), draw(summary, command.model));
  for (std::size_t at = 0; at < table.size();) {
    const std::size_t end = table.find('\n', at);
    progress.print(table.substr(at, end - at));
    at = end + 1;
  }
  if (const std::string line = answer(summary); !line.empty()) progress.print(line);
  progress.print(
      fmt::format("tables and picture: {0}/table.csv {0}/table.md {0}/sweep.svg", folder.name()));
  if (failed.empty()) return exit_code::done;
  const FailedRun& first = failed.front();
  return say("tools/sweep",
             fmt::format("{} of {} runs failed; {}: {}", failed.size(), runs.size(), first.name,
                         first.why),
             first.exit_code);
}

}  // namespace ebb::tools
