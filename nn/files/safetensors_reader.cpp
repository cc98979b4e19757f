#include <algorithm>
#include <bit>
#include <cstring>
#include <nn/files/safetensors_reader.hpp>
#include <tensor/makers.hpp>
#include <utility>

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

namespace ebb::nn {
namespace {

constexpr std::uint64_t longest_header = 100'000'000;

struct OtherFormat {
  std::string_view start, what;
};
constexpr OtherFormat other_formats[] = {
    {{"PK\3\4", 4}, "a zip, as torch.save and numpy.savez write"},
    {{"\x80\2", 2}, "a pickle, as older versions of torch.save write"},
    {{"\x80\4", 2}, "a pickle"},
    {{"\x80\5", 2}, "a pickle"},
    {{"\x89HDF", 4}, "HDF5, as Keras writes"},
    {{"\x93NUMPY", 6}, "an array of NumPy's"},
    {{"GGUF", 4}, "GGUF"},
    {{"\x1f\x8b", 2}, "packed by gzip"}};

// Only for a file that is known to be no safetensors file: these starts could also be a length.
void refuse_other_formats(std::string_view start, const Refusal& refusal) {
  for (const OtherFormat& format : other_formats)
    if (start.starts_with(format.start))
      refusal.file("this is ", format.what,
                   "; write safetensors: try save_file of Python's safetensors.torch");
}

// Converters take `count` elements as they lie in a file, at any address, and give back the first
// value that does not fit as text, or nothing.
template <class From>
std::string to_int32(const char* from, std::int64_t count, std::int32_t* to) {
  for (std::int64_t i = 0; i < count; ++i) {
    From value;
    std::memcpy(&value, from + i * static_cast<std::int64_t>(sizeof value), sizeof value);
    if (!std::in_range<std::int32_t>(value)) return text(value);
    to[i] = static_cast<std::int32_t>(value);
  }
  return {};
}

std::string booleans_to_int32(const char* from, std::int64_t count, std::int32_t* to) {
  for (std::int64_t i = 0; i < count; ++i) {
    to[i] = static_cast<unsigned char>(from[i]);
    if (to[i] > 1) return text(to[i]);
  }
  return {};
}

// Every half is a float. Bits are moved, so that NaN keeps its own.
template <std::uint32_t (*widen)(std::uint32_t)>
std::string to_float32(const char* from, std::int64_t count, float* to) {
  for (std::int64_t i = 0; i < count; ++i) {
    std::uint16_t half;
    std::memcpy(&half, from + i * 2, sizeof half);
    const std::uint32_t bits = widen(half);
    std::memcpy(to + i, &bits, sizeof bits);
  }
  return {};
}

// 1 bit of sign, 8 of exponent, 7 of fraction: the upper half of a float.
std::uint32_t widen_brain(std::uint32_t half) { return half << 16; }

// IEEE's: 1 bit of sign, 5 of exponent, 10 of fraction.
std::uint32_t widen_half(std::uint32_t half) {
  const std::uint32_t sign = (half & 0x8000) << 16, exponent = half >> 10 & 31,
                      fraction = half & 1023;
  if (exponent == 31) return sign | 0x7f800000 | fraction << 13;  // infinity, NaN
  if (exponent > 0) return sign | (exponent + 127 - 15) << 23 | fraction << 13;
  return sign | std::bit_cast<std::uint32_t>(static_cast<float>(fraction) * 0x1p-24f);
}

struct Converter {
  std::string_view type;
  std::uint64_t bytes;  // per element in the file
  std::string (*convert)(const char* from, std::int64_t count, void* to);
};
template <auto convert, class To>
std::string into(const char* from, std::int64_t count, void* to) {
  return convert(from, count, static_cast<To*>(to));
}
template <class From>
constexpr Converter integers(std::string_view type) {
  return {type, sizeof(From), into<to_int32<From>, std::int32_t>};
}
constexpr Converter converters[] = {integers<std::int8_t>("I8"),
                                    integers<std::uint8_t>("U8"),
                                    integers<std::int16_t>("I16"),
                                    integers<std::uint16_t>("U16"),
                                    integers<std::uint32_t>("U32"),
                                    integers<std::int64_t>("I64"),
                                    integers<std::uint64_t>("U64"),
                                    {"BOOL", 1, into<booleans_to_int32, std::int32_t>},
                                    {"F16", 2, into<to_float32<widen_half>, float>},
                                    {"BF16", 2, into<to_float32<widen_brain>, float>}};

const Converter* find_converter(std::string_view type) {
  for (const Converter& converter : converters)
    if (converter.type == type) return &converter;
  return nullptr;
}

}  // namespace

SafetensorsReader::SafetensorsReader(const std::string& path) : path_(path), file_(path) {
  const std::string header = read_header();
  data_begin_ = 8 + header.size();
  tensors_ = parse_header(path_, header, file_.size() - data_begin_);
}

// The header is limited by what the file really holds before memory is taken for it.
std::string SafetensorsReader::read_header() {
  const Refusal refusal{path_};
  char start[9] = {};  // the header's length, and the brace that it begins with
  const std::size_t some = std::min<std::uint64_t>(file_.size(), sizeof start);
  file_.read(start, some);
  std::uint64_t length;
  std::memcpy(&length, start, sizeof length);
  if (some < sizeof start || start[8] != '{' || length > longest_header)
    refuse_other_formats({start, some}, refusal);
  if (some < sizeof length)
    refusal.file("it ends after ", some, " of 8 bytes for the length; try another copy");
  if (length > longest_header)
    refusal.file("a header of ", length, " bytes; at most ", longest_header, " may be");
  if (length > file_.size() - 8)
    refusal.file("it ends after ", file_.size() - 8, " of ", length,
                 " bytes of the header; try another copy");
  std::string header(length, '\0');
  file_.seek(sizeof length);
  file_.read(header.data(), length);
  return header;
}

Tensor SafetensorsReader::read(const FileTensor& tensor) {
  const Refusal refusal{path_};
  if (!tensor.obstacle.empty()) refusal.tensor(tensor.name, tensor.obstacle);
  const Tensor values = empty(tensor.shape, tensor.dtype);
  file_.seek(data_begin_ + tensor.begin);
  const Converter* const converter = find_converter(tensor.type);
  if (converter == nullptr) {
    file_.read(values.raw(), tensor.bytes);
    return values;
  }
  char piece[1 << 14];
  char* to = static_cast<char*>(values.raw());
  for (std::uint64_t left = tensor.bytes; left > 0;) {
    const std::uint64_t bytes = std::min<std::uint64_t>(left, sizeof piece),
                        count = bytes / converter->bytes;
    file_.read(piece, bytes);
    const std::string misfit = converter->convert(piece, static_cast<std::int64_t>(count), to);
    if (!misfit.empty() && tensor.type == "BOOL")
      refusal.tensor(tensor.name, "the byte ", misfit, " of BOOL; it must be 0 or 1");
    if (!misfit.empty())
      refusal.tensor(tensor.name, "the value ", misfit, " of ", tensor.type, " does not fit ",
                     tensor.dtype, "; convert it before it is saved");
    to += count * size_of(tensor.dtype);
    left -= bytes;
  }
  return values;
}

}  // namespace ebb::nn
