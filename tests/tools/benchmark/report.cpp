#include <doctest/doctest.h>

#include <cmath>
#include <tools/benchmark/report.hpp>
#include <tools/common/process.hpp>

using namespace ebb::tools;
using namespace ebb::tools::benchmark;

TEST_CASE("bench report: lines are aligned, their first cell to the left") {
  const File file = temporary_file();
  Report report(file.get());
  report.enter("suite", "avx2", 1);
  report.begin_table("title", {"name", "GFLOP/s:1", "n", "a rather long name"});
  report.add({std::string("abc"), 12.345, std::int64_t{7}, 0.5});
  report.add({std::string("512³"), std::nan(""), std::int64_t{-1}, 1.0});
  report.begin_table("more", {"a"});
  report.add({std::string("x")});  // no blanks at the end
  CHECK(contents(file.get()) ==
        "\nsuite: title (avx2, 1 thread)\n"
        "name                   GFLOP/s         n  a rather long name\n"
        "abc                       12.3         7                0.50\n"
        "512³                         -        -1                1.00\n"
        "\nsuite: more (avx2, 1 thread)\na\nx\n");
}

TEST_CASE("bench report: tables are printed as they are found") {
  const File file = temporary_file();
  Report report(file.get());
  report.enter("suite", "avx2", 1);
  report.begin_table("title", {"what", "s"});
  report.add({std::string("one"), 0.5});
  report.note("mean", 0.25, "on average 0.25");
  report.enter("suite", "avx2", 2);
  report.begin_table("more", {"what"});
  CHECK(contents(file.get()) ==
        "\nsuite: title (avx2, 1 thread)\nwhat                         s\n"
        "one                       0.50\non average 0.25\n"
        "\nsuite: more (avx2, 2 threads)\nwhat\n");
}

TEST_CASE("bench report: JSON holds everything, with a null for what is no number") {
  Report report(nullptr);
  report.enter("suite", "sse2", 3);
  report.begin_table("title", {"what", "n", "s"});
  report.add({std::string("a"), std::int64_t{2}, 0.125});
  report.add({std::string("b"), std::int64_t{3}, std::nan("")});
  report.note("limit", 7, "");
  const auto json = nlohmann::json::parse(report.json().dump());
  CHECK(json.at("version").is_string());
  CHECK(json.at("processor") == processor_name());
  CHECK(json.at("cores") >= 1);
  REQUIRE(json.at("tables").size() == 1);
  const auto& table = json["tables"][0];
  CHECK(table.at("suite") == "suite");
  CHECK(table.at("isa") == "sse2");
  CHECK(table.at("threads") == 3);
  CHECK(table.at("title") == "title");
  CHECK(table.at("notes").at("limit") == 7);
  CHECK(table.at("rows") == nlohmann::json::parse(R"([{"what": "a", "n": 2, "s": 0.125},
                                                      {"what": "b", "n": 3, "s": null}])"));
}

TEST_CASE("bench report: tables of another run are taken over, and a plot is kept") {
  Report one(nullptr), other(nullptr);
  for (Report* report : {&one, &other}) report->begin_table("t", {"a"});
  other.add({std::int64_t{5}});
  one.take(other.json());
  REQUIRE(one.json()["tables"].size() == 2);
  CHECK(one.json()["tables"][1]["rows"][0]["a"] == 5);
  CHECK(one.picture().empty());
  one.draw("<svg/>");
  CHECK(one.picture() == "<svg/>");
}
