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

struct Message {
  std::string path;
  std::vector<std::string> pieces;  // its literals, in order
  std::string rest;                 // what stands around them: the values
  bool framed = false;              // a function adds the operation and a value

  std::string words() const {
    std::string all;
    for (const std::string& piece : pieces) all += piece;
    return all;
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

// Every message that the library makes where it throws, or hands to a function that puts path and
// operation in front of it and throws ("refuse", a Refusal's "file" and "tensor"). Those frames,
// and what adds a module's path to a message that is there, are none of their own.
std::vector<Message> messages() {
  const std::regex start(R"((throw \w*Error|\brefuse|\brefusal_?\.\w+)\()");
  const std::regex literal(R"re("((?:[^"\\]|\\.)*)")re"), frame(R"(\bparts\.\.\.|what\(\))");
  std::vector<Message> found;
  for (const Source& file : cpp_files()) {
    if (file.is_test() || file.path.starts_with("tools/")) continue;
    for (std::sregex_iterator at(file.text.begin(), file.text.end(), start), end; at != end; ++at) {
      const std::string code =
          joined(arguments_at(file.text, static_cast<std::size_t>(at->position() + at->length())));
      if (std::regex_search(code, frame)) continue;
      Message message = {
          file.path, {}, std::regex_replace(code, literal, ""), !at->str().starts_with("throw")};
      for (std::sregex_iterator one(code.begin(), code.end(), literal); one != end; ++one)
        message.pieces.push_back((*one)[1]);
      if (!message.pieces.empty()) found.push_back(message);
    }
  }
  return found;
}

std::size_t count_of(const std::vector<Message>& messages, const std::regex& words) {
  return static_cast<std::size_t>(std::count_if(
      messages.begin(), messages.end(),
      [&](const Message& message) { return std::regex_search(message.words(), words); }));
}

}  // namespace

TEST_CASE("messages: each is provoked, and its words compared, in a test") {
  std::string tests;
  for (const Source& file : cpp_files())
    if (file.is_test() && file.path != "tests/house/messages.cpp") tests += joined(file.text);
  const std::vector<Message> all = messages();
  CHECK(all.size() > 100);
  for (const Message& message : all)
    for (const std::string& piece : message.pieces)
      CHECK_MESSAGE((piece.size() < 8 || tests.find(piece) != std::string::npos), message.path,
                    ": '", piece, "' stands in no test");
}

// "linear: …": the operation comes first, as a literal, or as a name that the caller handed on.
TEST_CASE("messages: each names its operation") {
  const std::regex operation(R"(^[\w ]+: |^(buffer|parameter|read|write|the derivative of)\b|^: )");
  for (const Message& message : messages())
    CHECK_MESSAGE((message.framed || std::regex_search(message.words(), operation)), message.path,
                  ": '", message.words(), "'");
}

TEST_CASE("messages: each shows what came") {
  const std::regex value(R"(\w)"), maker(R"(\b(text|std::string)\()");
  for (const Message& message : messages())
    CHECK_MESSAGE(
        (message.framed || std::regex_search(std::regex_replace(message.rest, maker, ""), value)),
        message.path, ": '", message.words(), "'");
}

TEST_CASE("messages: most say what to do, and half name something to try") {
  const std::vector<Message> all = messages();
  const std::size_t rules = count_of(
      all, std::regex(
               R"(\b(try|call|give|use|must|make|check|build|take|compute|count from|convert)\b)"));
  const std::size_t hints = count_of(all, std::regex(R"(\btry\b)"));
  INFO("of ", all.size(), " messages ", rules, " say what to do, ", hints, " what to try");
  CHECK(4 * rules >= 3 * all.size());
  CHECK(2 * hints >= all.size());
}
