#include <algorithm>
#include <nlohmann/json.hpp>
#include <nn/safetensors_header.hpp>
#include <set>
#include <string_view>

namespace ebb::nn {
namespace {

constexpr std::string_view metadata_key = "__metadata__";

// The format's dtypes, ours first and in the order of DType. Sizes are checked for all of them.
struct FileType {
  std::string_view name;
  std::uint64_t bytes;
};
constexpr FileType file_types[] = {
    {"F32", 4},     {"F64", 8},     {"I32", 4},     {"BOOL", 1}, {"U8", 1},  {"I8", 1},
    {"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1}, {"I16", 2},  {"U16", 2}, {"F16", 2},
    {"BF16", 2},    {"U32", 4},     {"I64", 8},     {"U64", 8},  {"C64", 8}};
constexpr int our_types = 3;

// A name as a message shows it: one short line, whatever the file holds.
std::string in_quotes(std::string_view name) {
  std::string shown(name.substr(0, 60));
  for (char& letter : shown)
    if (static_cast<unsigned char>(letter) < ' ' || letter == '\x7f') letter = '?';
  return text("'", shown, name.size() > 60 ? "…'" : "'");
}

struct Entry {
  std::string name;
  const FileType* type = nullptr;
  Shape shape;
  std::uint64_t offsets[2] = {};  // begin and end, counted from the header's end
  int offset_count = 0;
};

// Throws what is wrong, in a tensor or in the header as a whole.
struct Refusal {
  const std::string& path;

  template <class... Parts>
  [[noreturn]] void file(const Parts&... parts) const {
    throw FormatError(text("safetensors: ", path, ": ", parts...));
  }
  template <class... Parts>
  [[noreturn]] void tensor(std::string_view name, const Parts&... parts) const {
    file("tensor ", in_quotes(name), ": ", parts...);
  }
};

// Follows the header's JSON as it is parsed and takes nothing but what the format allows. (Read
// into a tree, duplicate keys would be lost and numbers rounded.)
class HeaderParser final : public nlohmann::json_sax<nlohmann::json> {
 public:
  explicit HeaderParser(const Refusal& refusal) : refusal_(refusal) {}
  std::vector<Entry> entries;

  bool start_object(std::size_t) override {
    fields_.clear();
    if (place_ == Place::outside) {
      place_ = Place::top;
    } else if (place_ != Place::top) {
      unexpected("an object");
    } else if (key_ == metadata_key) {
      place_ = Place::metadata;
    } else {
      place_ = Place::entry;
      entries.emplace_back().name = key_;
    }
    return true;
  }

  bool key(std::string& key) override {
    if (!(place_ == Place::top ? names_ : fields_).insert(key).second)
      refuse("the key ", in_quotes(key), " comes twice");
    if (place_ == Place::entry && key != "dtype" && key != "shape" && key != "data_offsets")
      refuse("unknown key ", in_quotes(key), "; it must be dtype, shape or data_offsets");
    key_ = key;
    return true;
  }

  bool end_object() override {
    if (place_ == Place::entry && fields_.size() != 3)
      refuse("dtype, shape and data_offsets must be there, all three");
    place_ = place_ == Place::top ? Place::outside : Place::top;
    return true;
  }

  bool start_array(std::size_t) override {
    if (place_ != Place::entry || key_ == "dtype") unexpected("an array");
    place_ = key_ == "shape" ? Place::shape : Place::offsets;
    return true;
  }

  bool end_array() override {
    if (place_ == Place::offsets && entries.back().offset_count != 2)
      refuse("data_offsets must be two numbers, begin and end");
    place_ = Place::entry;
    return true;
  }

  bool number_unsigned(std::uint64_t number) override {
    if (place_ == Place::shape)
      add_length(entries.back().shape, number);
    else if (place_ == Place::offsets)
      add_offset(entries.back(), number);
    else
      unexpected(std::to_string(number));
    return true;
  }

  bool string(std::string& value) override {
    if (place_ == Place::entry && key_ == "dtype")
      entries.back().type = find_type(value);
    else if (place_ != Place::metadata)
      unexpected(text("the string ", in_quotes(value)));
    return true;
  }

  bool null() override { unexpected("null"); }
  bool boolean(bool value) override { unexpected(value ? "true" : "false"); }
  bool number_integer(std::int64_t number) override { unexpected(std::to_string(number)); }
  bool number_float(double, const std::string& digits) override { unexpected(in_quotes(digits)); }
  bool binary(nlohmann::json::binary_t&) override { unexpected("binary data"); }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::json::exception&) override {
    refusal_.file("the header is no valid JSON at its byte ", position);
  }

 private:
  enum class Place { outside, top, metadata, entry, shape, offsets };

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    if (place_ >= Place::entry) refusal_.tensor(entries.back().name, parts...);
    refusal_.file(place_ == Place::metadata ? "__metadata__: " : "the header: ", parts...);
  }

  [[noreturn]] void unexpected(const std::string& what) const {
    if (place_ == Place::metadata) refuse(in_quotes(key_), " is ", what, ", not a string");
    if (place_ == Place::top) refuse(in_quotes(key_), " is ", what, ", not an object");
    const char* wanted = key_ == "dtype" ? "the name of a dtype" : "an array of unsigned integers";
    refuse(key_, " is or holds ", what, "; it must be ", wanted);
  }

  void add_length(Shape& shape, std::uint64_t length) const {
    if (shape.rank() == max_axes)
      refuse("shape has more than ", max_axes, " axes; try fewer before it is saved");
    if (length >> 63) refuse("shape: a length of ", length, " is more than memory can hold");
    shape.push_back(static_cast<std::int64_t>(length));
  }

  void add_offset(Entry& entry, std::uint64_t offset) const {
    if (entry.offset_count == 2) refuse("data_offsets must be two numbers, begin and end");
    entry.offsets[entry.offset_count++] = offset;
  }

  const FileType* find_type(const std::string& name) const {
    for (const FileType& type : file_types)
      if (type.name == name) return &type;
    refuse("unknown dtype ", in_quotes(name), "; try F32, F64 or I32");
  }

  const Refusal& refusal_;
  Place place_ = Place::outside;
  std::string key_;
  std::set<std::string> names_, fields_;  // keys so far, at the top and in the object inside
};

// The parser would take other white space around the object, and a zero byte as the end.
void check_frame(const std::string& header, const Refusal& refusal) {
  if (header.empty() || header.front() != '{') refusal.file("the header does not start with '{'");
  if (header[header.find_last_not_of(' ')] != '}' || header.find('\0') != std::string::npos)
    refusal.file("the header does not end with '}' and spaces alone");
}

// Each length is checked before it is multiplied, so that no product overflows.
void check_size(const Entry& entry, const Refusal& refusal) {
  std::uint64_t count = 1;
  for (std::int64_t axis : entry.shape) {
    const auto length = static_cast<std::uint64_t>(axis);
    if (length > 0 && count > (std::uint64_t{1} << 58) / length)
      refusal.tensor(entry.name, "shape ", entry.shape, " is more than memory can hold");
    count *= length;
  }
  const auto [begin, end] = entry.offsets;
  if (begin > end)
    refusal.tensor(entry.name, "data_offsets ", begin, " and ", end, " run backwards");
  if (end - begin != count * entry.type->bytes)
    refusal.tensor(entry.name, entry.type->name, " ", entry.shape, " takes ",
                   count * entry.type->bytes, " bytes, data_offsets give it ", end - begin);
}

void check_places(const std::vector<Entry>& entries, std::uint64_t data_bytes,
                  const Refusal& refusal) {
  std::uint64_t place = 0;
  for (const Entry& entry : entries) {
    const auto [begin, end] = entry.offsets;
    if (begin != place)
      refusal.tensor(entry.name, "it begins at ", begin, ", the one before ends at ", place,
                     "; there may be no hole and no overlap");
    place = end;
  }
  if (place != data_bytes)
    refusal.file("the tensors take ", place, " bytes, the file holds ", data_bytes,
                 data_bytes < place ? "; it was cut short, try another copy" : "");
}

}  // namespace

std::vector<HeaderEntry> parse_header(const std::string& path, const std::string& header,
                                      std::uint64_t data_bytes) {
  const Refusal refusal{path};
  check_frame(header, refusal);
  HeaderParser parser(refusal);
  nlohmann::json::sax_parse(header, &parser);

  auto& entries = parser.entries;
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::lexicographical_compare(a.offsets, a.offsets + 2, b.offsets, b.offsets + 2);
  });
  for (const Entry& entry : entries) check_size(entry, refusal);
  check_places(entries, data_bytes, refusal);

  std::vector<HeaderEntry> readable;
  for (Entry& entry : entries) {
    const auto type = entry.type - file_types;
    if (type >= our_types)
      refusal.tensor(entry.name, entry.type->name,
                     " cannot be read; convert it to F32, F64 or I32 before it is saved");
    readable.push_back({std::move(entry.name), static_cast<DType>(type), entry.shape,
                        entry.offsets[1] - entry.offsets[0]});
  }
  return readable;
}

std::string make_header(const std::vector<HeaderEntry>& entries) {
  std::set<std::string_view> names = {metadata_key};
  std::string header = R"({"__metadata__":{"format":"pt"})";
  std::uint64_t begin = 0;
  for (const HeaderEntry& entry : entries) {
    if (!names.insert(entry.name).second)
      throw Error(text("safetensors: the name ", in_quotes(entry.name),
                       " is taken; each tensor needs its own"));
    std::string name;
    try {
      name = nlohmann::json(entry.name).dump();
    } catch (const nlohmann::json::exception&) {
      throw Error(text("safetensors: the name ", in_quotes(entry.name),
                       " is not UTF-8; try plain letters"));
    }
    header += text(",", name, R"(:{"dtype":")", file_types[static_cast<int>(entry.dtype)].name,
                   R"(","shape":)", entry.shape, R"(,"data_offsets":[)", begin, ", ",
                   begin + entry.bytes, "]}");
    begin += entry.bytes;
  }
  header += '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return header;
}

}  // namespace ebb::nn
