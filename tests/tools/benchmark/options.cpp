#include <doctest/doctest.h>

#include <tools/benchmark/suites/suite.hpp>

using namespace ebb::tools;
using ebb::tools::benchmark::Options, ebb::tools::UsageError;

namespace {

std::optional<Options> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "tools/bench");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return benchmark::parse_options(static_cast<int>(arguments.size()), arguments.data());
}

std::string complaint(const std::vector<std::string>& words) {
  try {
    parse(words);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("bench options: without any, every suite") {
  const Options options = parse({}).value();
  CHECK(options.suites.size() >= 8);
  CHECK(options.suites.front() == "peak");
  CHECK(options.threads.empty());
  CHECK(options.isas.empty());
  CHECK_FALSE(options.quick);
}

TEST_CASE("bench options: lists, files and flags") {
  const Options options = parse({"ladder", "--threads", "1,2,8", "--isa", "avx2", "--json",
                                 "a.json", "--svg", "b.svg", "--quick"})
                              .value();
  CHECK(options.suites == std::vector<std::string>{"ladder"});
  CHECK(options.threads == std::vector<int>{1, 2, 8});
  CHECK(options.isas == std::vector<std::string>{"avx2"});
  CHECK(options.json == "a.json");
  CHECK(options.svg == "b.svg");
  CHECK(options.quick);
  CHECK(parse({"--isa", "avx2,sse2"})->isas == std::vector<std::string>{"avx2", "sse2"});
}

TEST_CASE("bench options: what is wrong is named, with what would be right") {
  for (const char* threads : {"0", "1,x", "two", "2000", "1 2"}) {
    const std::string text = complaint({"--threads", threads});
    CHECK_MESSAGE(text.starts_with("--threads: Value "), text);
    CHECK_MESSAGE(text.find("1 to 1024") != std::string::npos, text);
  }
  for (const std::string threads : {"1,", ",1", "1,,2", ""}) {
    const std::string text =
        "--threads: '" + threads + "' has an empty element; a comma stands between two";
    CHECK(complaint({"--threads", threads}) == text);
    CHECK(complaint({"--threads=" + threads}) == text);
  }
  CHECK(complaint({"--isa", "avx2,"}) ==
        "--isa: 'avx2,' has an empty element; a comma stands between two");
  CHECK(complaint({"--only", "rows,", "--quick"}).empty());
  CHECK(complaint({"--isa", "mmx"}) == "--isa: mmx not in {sse2,avx2,avx512,neon}");
  CHECK(complaint({"pique"}).starts_with("suite: pique not in {peak,"));
  CHECK(complaint({"--json", ""}) == "--json: an empty name");
  CHECK(complaint({"peak", "--svg", "x"}) ==
        "--svg: name one suite that has a plot: ladder, roofline");
  CHECK(complaint({"--svg", "x"}) == complaint({"peak", "--svg", "x"}));
  CHECK(complaint({"ladder", "--svg", "x", "--isa", "sse2,avx2"}) ==
        "--svg: one instruction set per plot; name one in --isa");
  CHECK(complaint({"--nonsense"}).find("--nonsense") != std::string::npos);
}
