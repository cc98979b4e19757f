#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nn/data/npy_data.hpp>
#include <nn/files/file.hpp>
#include <nn/files/npy.hpp>
#include <nn/files/printable.hpp>
#include <string_view>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>
#include <tools/common/exit_codes.hpp>
#include <tools/inference/codes_file.hpp>
#include <vector>

namespace ebb::tools {

namespace {

// Up to the mark or the end, which it takes away, too.
std::string_view take_until(std::string_view& text, char mark) {
  const std::size_t end = std::min(text.find(mark), text.size());
  const std::string_view found = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return found;
}

std::string_view take_line(std::string_view& text) {
  std::string_view line = take_until(text, '\n');
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::int64_t fields_in(std::string_view line) {
  return 1 + static_cast<std::int64_t>(std::count(line.begin(), line.end(), ','));
}

// What a .csv file says, line by line.
class CsvReader final {
 public:
  explicit CsvReader(const std::string& path)
      : path_(nn::printable(path)), text_(nn::read_file(path)), rest_(text_) {}

  Tensor read() {
    const std::int64_t width = read_header();
    std::vector<float> numbers;
    while (!rest_.empty()) {
      const std::string_view line = take_line(rest_);
      ++line_;
      if (line.empty() && rest_.empty()) break;  // an empty last line
      read_row(line, width, numbers);
    }
    return from_vector(numbers, {static_cast<std::int64_t>(numbers.size()) / width, width});
  }

 private:
  [[noreturn]] void refuse(const std::string& why) const {
    throw FormatError(fmt::format("{}, line {}: {}", path_, line_, why));
  }

  std::int64_t read_header() {
    const std::string_view header = take_line(rest_);
    const std::int64_t width = fields_in(header);
    std::string_view left = header;
    for (std::int64_t j = 0; j < width; ++j)
      if (const std::string_view name = take_until(left, ','); name != fmt::format("z{}", j))
        refuse(fmt::format("{} stands where z{} must; try a file of tools/encode",
                           nn::in_quotes(std::string(name)), j));
    return width;
  }

  void read_row(std::string_view line, std::int64_t width, std::vector<float>& numbers) const {
    if (fields_in(line) != width)
      refuse(fmt::format("{} numbers, but the header names {}", line.empty() ? 0 : fields_in(line),
                         width));
    for (std::int64_t j = 0; j < width; ++j) {
      const std::string_view word = take_until(line, ',');
      float number = 0;
      const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), number);
      if (error != std::errc() || stop != word.data() + word.size())
        refuse(fmt::format("{} is not a number", nn::in_quotes(std::string(word))));
      numbers.push_back(number);
    }
  }

  const std::string path_, text_;
  std::string_view rest_;
  std::int64_t line_ = 1;
};

}  // namespace

nn::Batch read_codes(const std::string& path, const std::string& labels_at, std::int64_t width) {
  const std::string beside = labels_at.empty() ? nn::labels_beside(path) : labels_at;
  const Tensor codes = path.ends_with(".csv") ? CsvReader(path).read() : nn::read_npy(path);
  const Tensor labels = beside.empty() ? Tensor() : nn::read_npy(beside);
  if (codes.rank() != 2 || codes.size(1) != width || codes.size(0) == 0)
    throw UsageError(fmt::format("{}: codes {}, but the model's are [n, {}]; try other codes",
                                 nn::printable(path), text(codes.shape()), width));
  if (labels.count() > 0 &&
      (labels.shape() != Shape{codes.size(0)} || labels.dtype() != DType::int32))
    throw UsageError(fmt::format("{}: labels {} of {} codes; they must be whole numbers, one each",
                                 nn::printable(beside), text(labels.shape()), codes.size(0)));
  return {.inputs = cast(codes, DType::float32), .targets = labels};
}

}  // namespace ebb::tools
