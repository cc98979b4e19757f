#include <tensor/version.hpp>
#include <tools/page/page.hpp>
#include <tools/page/sources.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

// JSON may hold what ends a script: "<" is written as an escape, which reads back the same.
std::string data_block(const Json& runs) {
  const Json data = {{"version", EBB_VERSION}, {"runs", runs}};
  std::string text;
  for (const char c : data.dump(-1, ' ', false, Json::error_handler_t::replace))
    text += c == '<' ? std::string("\\u003c") : std::string(1, c);
  return text;
}

void put(std::string& page, const std::string& mark, const std::string& text) {
  page.replace(page.find(mark), mark.size(), text);
}

}  // namespace

std::string page_of(const Json& runs) {
  std::string page, style, scripts;
  for (const PageSource& source : page_sources()) {
    if (source.name.ends_with(".html")) page = source.text;
    if (source.name.ends_with(".css")) style = source.text;
    if (source.name.ends_with(".js")) scripts += source.text;
  }
  put(page, "/* style */", style);
  put(page, "/* scripts */", scripts);
  put(page, "/* data */", data_block(runs));
  return page;
}

}  // namespace ebb::tools
