#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <tools/benchmark/peers/twins.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/common/process.hpp>

namespace ebb::tools::benchmark {
namespace {

// The first of the frameworks that a Python program could import, without importing it; or "".
std::string framework_of(const std::string& python) {
  const char* const question =
      "import importlib.util as u;"
      "print(*[m for m in ('jax', 'torch', 'keras') if u.find_spec(m)])";
  try {
    const std::string known = run_program({python, "-c", question}).output;
    return known.substr(0, known.find_first_of(" \n"));
  } catch (const std::runtime_error& error) {
    throw UsageError(fmt::format("--frameworks: {}", error.what()));
  }
}

}  // namespace

std::vector<Twin> find_twins(const std::vector<std::string>& pythons, const std::string& folder) {
  std::vector<Twin> twins;
  for (const std::string& python : pythons) {
    const std::string module = framework_of(python);
    if (module.empty())
      throw UsageError(fmt::format("--frameworks: {} has none of jax, torch, keras", python));
    const std::string script = folder + "/" + module + "_peer.py";
    if (!std::filesystem::exists(script))
      throw UsageError(fmt::format("--frameworks: no {}; name its folder with --twins", script));
    twins.push_back({module, python, script, "tuned"});
    if (module == "torch") twins.push_back({"torch compile", python, script, "compile"});
  }
  return twins;
}

double best_epoch(const Twin& twin, const std::string& model, std::int64_t batch, int threads,
                  int epochs) {
  const FinishedProgram finished =
      run_program({twin.python, twin.script, model, std::to_string(batch), std::to_string(threads),
                   std::to_string(epochs), twin.way});
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
