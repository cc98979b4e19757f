#include <charconv>
#include <nn/files/npy_header.hpp>

namespace ebb::nn {
namespace {

// Reads from the front of a line. What it does not find leaves it where it was.
class Parser final {
 public:
  explicit Parser(std::string_view line) : rest_(line) {}

  bool skip(std::string_view word) {
    skip_blanks();
    if (!rest_.starts_with(word)) return false;
    rest_.remove_prefix(word.size());
    return true;
  }

  std::optional<std::string> string() {
    skip_blanks();
    if (rest_.empty() || (rest_[0] != '\'' && rest_[0] != '"')) return std::nullopt;
    const std::size_t end = rest_.find(rest_[0], 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string word(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return word;
  }

  std::optional<std::int64_t> number() {
    skip_blanks();
    std::int64_t value = 0;
    const char* const end = rest_.data() + rest_.size();
    const auto [behind, error] = std::from_chars(rest_.data(), end, value);
    if (error != std::errc() || value < 0) return std::nullopt;
    rest_.remove_prefix(static_cast<std::size_t>(behind - rest_.data()));
    skip("L");  // Python 2 wrote it behind long numbers
    return value;
  }

  // (), (3,), (3, 4) and (3, 4, )
  std::optional<std::vector<std::int64_t>> tuple() {
    if (!skip("(")) return std::nullopt;
    std::vector<std::int64_t> numbers;
    while (!skip(")")) {
      const std::optional<std::int64_t> next = number();
      if (!next) return std::nullopt;
      numbers.push_back(*next);
      const bool comma = skip(",");
      if (!comma && (numbers.size() == 1 || !rest_.starts_with(")"))) return std::nullopt;
    }
    return numbers;
  }

  std::optional<bool> boolean() {
    if (skip("True")) return true;
    if (skip("False")) return false;
    return std::nullopt;
  }

  bool at_end() {
    skip_blanks();
    return rest_.empty();
  }

 private:
  void skip_blanks() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size()));
  }

  std::string_view rest_;
};

// Takes the value where there is one, and the key was not there before.
template <class Value>
bool take(std::optional<Value>& to, std::optional<Value> value) {
  if (to || !value) return false;
  to = std::move(value);
  return true;
}

}  // namespace

std::optional<NpyDictionary> parse_npy_dictionary(std::string_view line) {
  Parser parser(line);
  std::optional<std::string> descr;
  std::optional<bool> fortran_order;
  std::optional<std::vector<std::int64_t>> shape;
  if (!parser.skip("{")) return std::nullopt;
  while (!parser.skip("}")) {
    const std::optional<std::string> key = parser.string();
    if (!key || !parser.skip(":")) return std::nullopt;
    const bool taken = *key == "descr"           ? take(descr, parser.string())
                       : *key == "fortran_order" ? take(fortran_order, parser.boolean())
                       : *key == "shape"         ? take(shape, parser.tuple())
                                                 : false;
    if (!taken) return std::nullopt;
    if (parser.skip(",")) continue;
    if (!parser.skip("}")) return std::nullopt;
    break;
  }
  if (!descr || !fortran_order || !shape || !parser.at_end()) return std::nullopt;
  return NpyDictionary{*descr, *fortran_order, *shape};
}

}  // namespace ebb::nn
