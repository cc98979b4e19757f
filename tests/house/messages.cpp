#include <doctest/doctest.h>

#include <algorithm>
#include <regex>
#include <tests/house/sources.hpp>

namespace {

// Literals side by side are one: "a "  "b" is "a b".
std::string joined(const std::string& code) {
  static const std::regex seam(R"("\s*")");
  return std::regex_replace(code, seam, "");
}

struct Thrown {
  std::string path;
  std::vector<std::string> pieces;  // its literals, in order

  const std::string& longest() const {
    return *std::max_element(
        pieces.begin(), pieces.end(),
        [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  }
};

// What stands between the parentheses of a throw: to the one that closes the first, literals aside.
std::string arguments_at(const std::string& code, std::size_t begin) {
  bool quoted = false;
  int depth = 1;
  std::size_t end = begin;
  for (; end < code.size() && depth > 0; ++end) {
    if (code[end] == '"' && code[end - 1] != '\\') quoted = !quoted;
    if (!quoted) depth += (code[end] == '(') - (code[end] == ')');
  }
  return code.substr(begin, end - begin);
}

// Every message that the library makes where it throws.
std::vector<Thrown> messages() {
  const std::regex start(R"(throw \w*Error\()"), literal(R"re("((?:[^"\\]|\\.)*)")re");
  std::vector<Thrown> found;
  for (const Source& file : cpp_files()) {
    if (file.is_test() || file.path.starts_with("tools/")) continue;
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), start), end; at != end; ++at) {
      const std::string code =
          joined(arguments_at(file.text, static_cast<std::size_t>(at->position() + at->length())));
      Thrown thrown = {file.path, {}};
      for (std::sregex_iterator one(code.begin(), code.end(), literal); one != end; ++one)
        thrown.pieces.push_back((*one)[1]);
      if (!thrown.pieces.empty()) found.push_back(thrown);
    }
  }
  return found;
}

}  // namespace

TEST_CASE("messages: each is provoked, and its words compared, in a test") {
  std::string tests;
  for (const Source& file : cpp_files())
    if (file.is_test()) tests += joined(file.text);
  const std::vector<Thrown> all = messages();
  CHECK(all.size() > 80);
  for (const Thrown& thrown : all)
    WARN_MESSAGE(tests.find(thrown.longest()) != std::string::npos, thrown.path, ": '",
                 thrown.longest(), "' stands in no test");
}

TEST_CASE("messages: most say what to do") {
  const std::regex hint(
      R"(\b(try|call|give|use|must|make|check|build|take|compute|count from|want)\b)");
  std::size_t with_hint = 0, all = 0;
  for (const Thrown& thrown : messages()) {
    std::string words;
    for (const std::string& piece : thrown.pieces) words += piece;
    with_hint += std::regex_search(words, hint);
    ++all;
  }
  INFO(with_hint, " of ", all, " say what to do");
  CHECK(3 * with_hint >= 2 * all);
}

// "linear: …": the operation comes first, as a literal, or as a name that the caller handed on.
TEST_CASE("messages: each names its operation") {
  const std::regex operation(R"(^[\w ]+: |^(parameter|read|write|the derivative of)\b|^: |^; in )");
  for (const Thrown& thrown : messages())
    CHECK_MESSAGE(std::regex_search(thrown.pieces.front() + " ", operation), thrown.path, ": '",
                  thrown.pieces.front(), "'");
}
