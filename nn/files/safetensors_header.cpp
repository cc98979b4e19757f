#include <algorithm>
#include <nlohmann/json.hpp>
#include <nn/files/safetensors_header.hpp>
#include <set>
#include <string_view>

namespace ebb::nn {
namespace {

constexpr std::string_view metadata_key = "__metadata__";

// The format's dtypes, and what they are read into; ours first and in the order of DType.
struct FileType {
  std::string_view name;
  std::uint64_t bytes;
  DType dtype;
  bool readable = true;
};
constexpr FileType file_types[] = {{"F32", 4, DType::float32},
                                   {"F64", 8, DType::float64},
                                   {"I32", 4, DType::int32},
                                   {"BOOL", 1, DType::int32},
                                   {"U8", 1, DType::int32},
                                   {"I8", 1, DType::int32},
                                   {"I16", 2, DType::int32},
                                   {"U16", 2, DType::int32},
                                   {"U32", 4, DType::int32},
                                   {"I64", 8, DType::int32},
                                   {"U64", 8, DType::int32},
                                   {"F16", 2, DType::float32},
                                   {"BF16", 2, DType::float32},
                                   {"F8_E4M3", 1, DType::float32, false},
                                   {"F8_E5M2", 1, DType::float32, false},
                                   {"F8_E8M0", 1, DType::float32, false},
                                   {"C64", 8, DType::float32, false}};

struct Entry {
  std::string name, type_name;
  const FileType* type = nullptr;  // nullptr: an unknown one
  std::vector<std::uint64_t> lengths;
  std::uint64_t offsets[2] = {};  // begin and end, counted from the header's end
  int offset_count = 0;
};

// The lengths as a Shape is shown, but no more of them than fit in a line.
std::string shown(const std::vector<std::uint64_t>& lengths) {
  std::string list = "[";
  for (std::size_t i = 0; i < lengths.size() && i <= max_axes; ++i)
    list += i == max_axes ? ", …" : text(i > 0 ? ", " : "", lengths[i]);
  return list + ']';
}

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
      add_length(entries.back().lengths, number);
    else if (place_ == Place::offsets)
      add_offset(entries.back(), number);
    else
      unexpected(std::to_string(number));
    return true;
  }

  bool string(std::string& value) override {
    if (place_ == Place::entry && key_ == "dtype")
      set_type(entries.back(), value);
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

  void add_length(std::vector<std::uint64_t>& lengths, std::uint64_t length) const {
    if (length >> 63) refuse("shape: a length of ", length, " is more than memory can hold");
    lengths.push_back(length);
  }

  void add_offset(Entry& entry, std::uint64_t offset) const {
    if (entry.offset_count == 2) refuse("data_offsets must be two numbers, begin and end");
    entry.offsets[entry.offset_count++] = offset;
  }

  static void set_type(Entry& entry, const std::string& name) {
    entry.type_name = name;
    for (const FileType& type : file_types)
      if (type.name == name) entry.type = &type;
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
  std::uint64_t count = 1, product = 1;
  for (const std::uint64_t length : entry.lengths) {
    if (length > 0 && product > (std::uint64_t{1} << 58) / length)
      refusal.tensor(entry.name, "shape ", shown(entry.lengths), " is more than memory can hold");
    product *= std::max<std::uint64_t>(length, 1);  // so that a 0 hides no length that is too large
    count *= length;
  }
  const auto [begin, end] = entry.offsets;
  if (begin > end)
    refusal.tensor(entry.name, "data_offsets ", begin, " and ", end, " run backwards");
  if (entry.type != nullptr && end - begin != count * entry.type->bytes)
    refusal.tensor(entry.name, entry.type->name, " ", shown(entry.lengths), " takes ",
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

std::string obstacle(const Entry& entry) {
  if (entry.type == nullptr)
    return text("the dtype ", in_quotes(entry.type_name), " is unknown; try F32, F64 or I32");
  if (!entry.type->readable)
    return text(entry.type->name, " cannot be read; convert it to F32, F64 or I32 before it is ",
                "saved");
  if (entry.lengths.size() > max_axes)
    return text("it has ", entry.lengths.size(), " axes, more than ", max_axes,
                "; try fewer before it is saved");
  return {};
}

FileTensor described(Entry& entry) {
  const auto [begin, end] = entry.offsets;
  FileTensor tensor = {{}, {}, DType::float32, {}, begin, end - begin, obstacle(entry)};
  tensor.name = std::move(entry.name);
  tensor.type = std::move(entry.type_name);
  if (entry.type != nullptr) tensor.dtype = entry.type->dtype;
  if (entry.lengths.size() <= max_axes)
    for (const std::uint64_t length : entry.lengths)
      tensor.shape.push_back(static_cast<std::int64_t>(length));
  return tensor;
}

}  // namespace

std::vector<FileTensor> parse_header(const std::string& path, const std::string& header,
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

  std::vector<FileTensor> tensors;
  for (Entry& entry : entries) tensors.push_back(described(entry));
  return tensors;
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
    const std::string_view type =
        entry.wide ? "I64" : file_types[static_cast<int>(entry.dtype)].name;
    header += text(",", name, R"(:{"dtype":")", type, R"(","shape":)", entry.shape,
                   R"(,"data_offsets":[)", begin, ", ", begin + entry.bytes, "]}");
    begin += entry.bytes;
  }
  header += '}';
  header.resize((header.size() + 7) / 8 * 8, ' ');
  return header;
}

}  // namespace ebb::nn
