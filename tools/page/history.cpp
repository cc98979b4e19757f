#include <charconv>
#include <filesystem>
#include <map>
#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tools/common/base64.hpp>
#include <tools/page/history.hpp>
#include <tools/training/sources.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t most_epochs = 16;

// "samples-000012.png" is of epoch 12.
using Strips = std::map<std::int64_t, fs::path>;

Strips strips_in(const fs::path& folder, const std::string& kind) {
  Strips strips;
  std::error_code unreadable;
  for (const auto& entry : fs::directory_iterator(folder, unreadable)) {
    const std::string name = entry.path().filename(), before = kind + "-", after = ".png";
    if (!name.starts_with(before) || !name.ends_with(after)) continue;
    std::int64_t epoch = 0;
    const char* const end = name.data() + name.size() - after.size();
    const auto read = std::from_chars(name.data() + before.size(), end, epoch);
    if (read.ec == std::errc() && read.ptr == end) strips[epoch] = entry.path();
  }
  return strips;
}

// Some epochs, evenly among all, with the first and the last.
std::vector<std::int64_t> some_epochs(const Strips& strips) {
  std::vector<std::int64_t> all, some;
  for (const auto& strip : strips) all.push_back(strip.first);
  const std::size_t count = std::min(most_epochs, all.size());
  for (std::size_t i = 0; i < count; ++i)
    some.push_back(all[count > 1 ? i * (all.size() - 1) / (count - 1) : 0]);
  return some;
}

std::string picture(const fs::path& path) {
  try {
    return "data:image/png;base64," + base64(nn::read_file(path));
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

// {"epochs": […], "strips": ["data:…", …]}
Json frames(const Strips& strips) {
  if (strips.empty()) return nullptr;
  const std::vector<std::int64_t> epochs = some_epochs(strips);
  Json pictures = Json::array();
  for (const std::int64_t epoch : epochs) pictures.push_back(picture(strips.at(epoch)));
  return {{"epochs", epochs}, {"strips", pictures}};
}

}  // namespace

Json history_of(const std::string& run) {
  const fs::path folder = fs::path(run) / "history";
  const Json samples = frames(strips_in(folder, "samples")),
             reconstructions = frames(strips_in(folder, "reconstructions"));
  if (samples.is_null() && reconstructions.is_null()) return nullptr;
  const fs::path originals = folder / "originals.png";
  return {{"samples", samples},
          {"reconstructions", reconstructions},
          {"originals", fs::exists(originals) ? Json(picture(originals)) : Json()}};
}

}  // namespace ebb::tools
