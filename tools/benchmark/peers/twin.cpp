#include <filesystem>
#include <tools/benchmark/peers/twin.hpp>
#include <tools/benchmark/places.hpp>
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

std::vector<Twin> find_twins(const Options& options, const std::string& before,
                             const std::string& after) {
  const std::string folder =
      options.twins.empty() ? source_folder + "/../shared/peers" : options.twins;
  std::vector<Twin> twins;
  for (const std::string& python : options.frameworks) {
    const std::string module = framework_of(python);
    if (module.empty())
      throw UsageError(fmt::format("--frameworks: {} has none of jax, torch, keras", python));
    const std::string script = folder + "/" + before + module + after;
    if (!std::filesystem::exists(script))
      throw UsageError(fmt::format("--frameworks: no {}; name its folder with --twins", script));
    twins.push_back({module, python, script, "tuned"});
    if (module == "torch") twins.push_back({"torch compile", python, script, "compile"});
  }
  return twins;
}

double ask(const Twin& twin, const std::vector<std::string>& arguments, const char* key) {
  std::vector<std::string> words = {twin.python, twin.script};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.push_back(twin.way);
  const FinishedProgram finished = run_program(words);
  const std::size_t begin = finished.output.rfind("\n{");
  const auto answer = nlohmann::json::parse(
      finished.output.substr(begin == std::string::npos ? 0 : begin), nullptr, false);
  if (finished.status != 0 || !answer.is_object() || !answer.value(key, answer).is_number())
    throw std::runtime_error(
        fmt::format("{}: {} failed with status {}", twin.name, twin.script, finished.status));
  return answer[key];
}

}  // namespace ebb::tools::benchmark
