#include <doctest/doctest.h>

#include <tests/support.hpp>
#include <tools/page/curves.hpp>
#include <tools/training/sources.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("curves: lines become columns, with gaps where a line lacks a number") {
  const TemporaryFolder run;
  write_file(run.path() / "metrics.jsonl",
             "{\"epoch\":1,\"test_loss\":3.5}\n{\"epoch\":2,\"test_loss\":null,\"more\":1}\n"
             "{\"epoch\":3,\"test_loss\":2}\n{\"epoch\":4,\"te");
  CHECK(curves_of(run.path()) == Json{{"epoch", {1, 2, 3}},
                                      {"test_loss", {3.5, nullptr, 2}},
                                      {"more", {nullptr, 1, nullptr}}});
}

TEST_CASE("curves: of many epochs some are left out, never the first and the last") {
  const TemporaryFolder run;
  std::string lines;
  for (int i = 1; i <= 2000; ++i) lines += "{\"epoch\":" + std::to_string(i) + "}\n";
  write_file(run.path() / "metrics.jsonl", lines);
  const Json epochs = curves_of(run.path())["epoch"];
  CHECK(epochs.size() <= 601);
  CHECK(epochs.front() == 1);
  CHECK(epochs.back() == 2000);
}

TEST_CASE("curves: no file, and what is no metrics, are named") {
  const TemporaryFolder run;
  const auto refusal = [&] {
    return message_of<DataError>([&] { return curves_of(run.path()).size(); });
  };
  CHECK(refusal().starts_with("read "));
  write_file(run.path() / "metrics.jsonl", "{\"epoch\":1}\n[]\n");
  CHECK(refusal() == (run.path() / "metrics.jsonl").string() +
                         ": line 2 is no JSON object; is it of a run of tools/train?");
}
