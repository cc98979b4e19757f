// Covers: tools/page/sources.hpp
#include <doctest/doctest.h>

#include <algorithm>
#include <tests/paths.hpp>
#include <tests/support.hpp>
#include <tools/page/page.hpp>
#include <tools/page/sources.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("page: its sources are the files in web, all of them") {
  std::size_t files = 0;
  const std::filesystem::path web = source_folder + "/tools/page/web";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(web)) {
    if (entry.is_directory()) continue;
    ++files;
    const auto same = [&](const PageSource& source) {
      return source.name == std::filesystem::relative(entry.path(), web) &&
             source.text == read_file(entry.path());
    };
    CHECK_MESSAGE(std::count_if(page_sources().begin(), page_sources().end(), same) == 1,
                  entry.path());
  }
  CHECK(page_sources().size() == files);
}

TEST_CASE("page: one file, which names nothing outside itself") {
  const std::string page = page_of(Json::array());
  for (const char* outside : {"src=\"http", "href=\"http", "src=http", "url(", "@import", "//cdn",
                              "fetch(", "XMLHttpRequest", "import("})
    CHECK_MESSAGE(page.find(outside) == std::string::npos, outside);
  for (const char* left : {"/* style */", "/* scripts */", "/* data */"})
    CHECK_MESSAGE(page.find(left) == std::string::npos, left);
}

TEST_CASE("page: data cannot end their block, whatever names hold") {
  Json runs = Json::array();
  runs.push_back({{"name", "</script><!-- \xff"}});
  const std::string page = page_of(runs);
  CHECK(page.find("</script><!--") == std::string::npos);
  CHECK(page.find("\\u003c/script>\\u003c!-- \xef\xbf\xbd") != std::string::npos);
}
