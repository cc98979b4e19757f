#include <algorithm>
#include <mutex>
#include <nn/data/text/lines.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/utf8.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

constexpr std::string_view mark = "\xEF\xBB\xBF";  // U+FEFF, which some editors put in front
constexpr std::size_t piece_size = std::size_t{1} << 20;

struct Place {
  std::uint64_t begin, end;  // in the file
};

bool is_empty(std::string_view line) {
  return line.find_first_not_of(" \t\r\v\f") == std::string_view::npos;
}

// Where paragraphs stand over several lines, these become one.
std::string joined(std::string text) {
  std::string kept;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (text[i] != '\r' || (i + 1 < text.size() && text[i + 1] != '\n')) kept += text[i];
  text = std::move(kept);
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

// Reads a file once, from its front, and notes where its examples lie.
class Scan final {
 public:
  Scan(const std::string& path, bool paragraphs) : path_(path), paragraphs_(paragraphs) {
    FileReader file(path);
    std::string rest;
    for (std::uint64_t left = file.size(); left > 0;) {
      const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(left, piece_size));
      const std::size_t before = rest.size();
      rest.resize(before + size);
      file.read(rest.data() + before, size);
      left -= size;
      take_lines(rest, left == 0);
    }
    close();
  }

  std::vector<Place> places;
  std::int64_t left_out = 0;

 private:
  // All whole lines in front of the text, which it removes.
  void take_lines(std::string& text, bool last) {
    std::size_t begin = 0;
    while (begin < text.size()) {
      std::size_t end = text.find('\n', begin);
      if (end == std::string::npos) {
        if (!last) break;
        end = text.size();
      }
      take(std::string_view(text).substr(begin, end - begin));
      begin = end + 1;
    }
    text.erase(0, begin);
  }

  void take(std::string_view line) {
    ++number_;
    const std::uint64_t next = at_ + line.size() + 1;
    if (number_ == 1 && line.starts_with(mark)) {
      line.remove_prefix(mark.size());
      at_ += mark.size();
    }
    check(line);
    if (line.ends_with('\r')) line.remove_suffix(1);
    const Place place = {at_, at_ + line.size()};
    at_ = next;
    if (is_empty(line)) {
      if (!paragraphs_) ++left_out;
      close();
    } else if (paragraphs_ && open_) {
      paragraph_.end = place.end;
    } else {
      paragraph_ = place;
      open_ = true;
      if (!paragraphs_) close();
    }
  }

  // The example in hand is whole.
  void close() {
    if (open_) places.push_back(paragraph_);
    open_ = false;
  }

  void check(std::string_view line) const {
    const std::size_t broken = first_byte_of_no_text(line);
    if (broken >= line.size()) return;
    const auto byte = static_cast<unsigned char>(line[broken]);
    throw FormatError(text("text: ", printable(path_), " is not UTF-8: line ", number_, ", byte ",
                           broken + 1, " is ", static_cast<int>(byte),
                           "; is it a text file? try iconv to convert it"));
  }

  const std::string& path_;
  const bool paragraphs_;
  std::int64_t number_ = 0;  // of lines so far
  std::uint64_t at_ = 0;     // where the next one begins
  Place paragraph_ = {};
  bool open_ = false;
};

}  // namespace

struct Lines::Contents {
  std::vector<std::string> lines;  // or, of a file that is read when asked for:
  std::string path;
  std::vector<Place> places;
  std::int64_t left_out = 0;
  mutable std::mutex mutex;  // of the reader
  mutable std::unique_ptr<FileReader> reader;

  std::int64_t count() const {
    return static_cast<std::int64_t>(reader ? places.size() : lines.size());
  }

  std::string read(std::size_t number) const {
    const Place place = places[number];
    std::string bytes(static_cast<std::size_t>(place.end - place.begin), '\0');
    const std::lock_guard lock(mutex);
    reader->seek(place.begin);
    reader->read(bytes.data(), bytes.size());
    return joined(std::move(bytes));
  }
};

Lines::Lines(std::vector<std::string> lines) {
  auto contents = std::make_shared<Contents>();
  contents->lines = std::move(lines);
  contents_ = std::move(contents);
}

Lines Lines::open(const std::string& path, const LinesOptions& options) {
  auto contents = std::make_shared<Contents>();
  contents->path = path;
  Scan scan(path, options.paragraphs);
  contents->places = std::move(scan.places);
  contents->left_out = scan.left_out;
  if (contents->places.empty())
    throw FormatError(text("text: ", printable(path), " has no line with a word in it; ",
                           "try a file with an example on each line"));
  contents->reader = std::make_unique<FileReader>(path);
  if (contents->reader->size() <= options.memory) {
    for (std::size_t i = 0; i < contents->places.size(); ++i)
      contents->lines.push_back(contents->read(i));
    contents->reader = nullptr;
    contents->places.clear();
  }
  return Lines(std::shared_ptr<const Contents>(std::move(contents)));
}

std::int64_t Lines::count() const { return contents_->count(); }
bool Lines::in_memory() const { return !contents_->reader; }
std::int64_t Lines::left_out() const { return contents_->left_out; }

std::string Lines::line(std::int64_t number) const {
  if (number < 0 || number >= count())
    throw Error(text("line: ", number, " is outside [0, ", count(), "); lines count from 0"));
  const auto i = static_cast<std::size_t>(number);
  if (in_memory()) return contents_->lines[i];
  std::string line = contents_->read(i);
  if (first_broken_byte(line) == line.size()) return line;
  throw FormatError(text("text: ", printable(contents_->path),
                         " changed while it was read; try again when nobody writes to it"));
}

}  // namespace ebb::nn
