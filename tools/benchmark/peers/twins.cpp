#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>
#include <tools/benchmark/machine/process.hpp>
#include <tools/benchmark/options.hpp>
#include <tools/benchmark/peers/twins.hpp>

namespace ebb::tools::benchmark {
namespace {

struct Framework {
  std::string module;
  std::vector<std::string> ways;
};
const Framework frameworks[] = {
    {"jax", {"tuned"}}, {"torch", {"tuned", "compile"}}, {"keras", {"tuned"}}};

// Which of the frameworks a Python program could import, without importing them.
std::string frameworks_of(const std::string& python) {
  std::string names;
  for (const Framework& framework : frameworks) names += "'" + framework.module + "',";
  const std::string question =
      fmt::format("import importlib.util as u; print(*[m for m in ({}) if u.find_spec(m)])", names);
  try {
    return run_program({python, "-c", question}).output;
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--frameworks: {}", error.what()));
  }
}

}  // namespace

std::vector<Twin> find_twins(const std::vector<std::string>& pythons, const std::string& folder) {
  std::vector<Twin> twins;
  for (const std::string& python : pythons) {
    std::istringstream known(frameworks_of(python));
    std::string module;
    if (!(known >> module))
      throw UsageError(fmt::format("--frameworks: {} has none of jax, torch, keras", python));
    const std::string script = folder + "/" + module + "_peer.py";
    if (!std::filesystem::exists(script))
      throw UsageError(fmt::format("--frameworks: no {}; name its folder with --twins", script));
    for (const Framework& framework : frameworks)
      if (framework.module == module)
        for (const std::string& way : framework.ways)
          twins.push_back({way == "tuned" ? module : module + " " + way, python, script, way});
  }
  return twins;
}

double best_epoch(const Twin& twin, Model model, std::int64_t batch, int threads, int epochs) {
  const Finished finished =
      run_program({twin.python, twin.script, name_of(model), std::to_string(batch),
                   std::to_string(threads), std::to_string(epochs), twin.way});
  const std::size_t begin = finished.output.rfind("\n{");
  const auto answer = nlohmann::json::parse(
      finished.output.substr(begin == std::string::npos ? 0 : begin), nullptr, false);
  if (finished.status != 0 || !answer.is_object() || !answer.contains("best") ||
      !answer["best"].is_number())
    throw std::runtime_error(
        fmt::format("{}: {} failed with status {}", twin.name, twin.script, finished.status));
  return answer["best"];
}

}  // namespace ebb::tools::benchmark
