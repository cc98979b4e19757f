#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <nn/files/file.hpp>
#include <nn/files/npy.hpp>
#include <nn/files/npy_header.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>

namespace ebb::nn {
namespace {

static_assert(std::endian::native == std::endian::little, "the elements are copied as they lie");

constexpr std::string_view magic = "\x93NUMPY";
constexpr std::uint64_t longest_header = 1 << 20;
constexpr std::int64_t piece = 1 << 17;  // elements converted at once

template <class... Parts>
[[noreturn]] void refuse(const std::string& path, const Parts&... parts) {
  throw FormatError(text("npy: ", printable(path), " ", parts...));
}

// Bytes of an element; 0: not read here.
std::uint64_t element_bytes(std::string_view dtype) {
  if (dtype == "|u1") return 1;
  if (dtype == "<i4" || dtype == "<f4") return 4;
  return dtype == "<i8" || dtype == "<f8" ? 8 : 0;
}

void check_dtype(const std::string& path, const std::string& dtype) {
  if (element_bytes(dtype) == 0)
    refuse(path, "holds elements ", in_quotes(dtype),
           "; try uint8, int32, int64, float32 or float64, as by array.astype('",
           dtype.find('f') == std::string::npos ? "uint8" : "<f4", "')");
}

// How many bytes the elements take. The lengths may be any numbers, but none is negative.
std::uint64_t checked_bytes(const std::string& path, const NpyHeader& header) {
  std::uint64_t bytes = element_bytes(header.dtype);
  const bool none = std::ranges::find(header.lengths, 0) != header.lengths.end();
  for (const std::int64_t length : header.lengths)
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(std::max<std::int64_t>(length, 1)),
                               &bytes) ||
        bytes > std::uint64_t{1} << 62)
      refuse(path, "declares more elements than a file can hold; try another copy");
  return none ? 0 : bytes;
}

// The dictionary's place in the file, which must have that many bytes.
std::string read_dictionary(FileReader& file, const std::string& path) {
  unsigned char start[12] = {};
  const std::uint64_t have = std::min<std::uint64_t>(file.size(), sizeof start);
  file.read(start, static_cast<std::size_t>(have));
  const auto compared = static_cast<std::size_t>(std::min<std::uint64_t>(have, magic.size()));
  if (have == 0) refuse(path, "is empty; try another copy");
  if (std::memcmp(start, magic.data(), compared) != 0)
    refuse(path, "does not begin as a .npy file does; try numpy.save, with one array");
  if (have < sizeof start)
    refuse(path, "ends after ", have, " bytes, inside its header; try another copy");
  if (start[6] < 1 || start[6] > 3)
    refuse(path, "is of version ", start[6], ".", start[7], "; try 1.0, 2.0 or 3.0");
  const bool old = start[6] == 1;
  std::uint64_t length = start[8] | start[9] << 8;
  if (!old) length |= std::uint64_t{start[10]} << 16 | std::uint64_t{start[11]} << 24;
  const std::uint64_t begin = old ? 10 : 12;
  if (length > file.size() - begin || length > longest_header)
    refuse(path, "declares a header of ", grouped(length), " bytes, but has ", grouped(file.size()),
           " in all; it was cut short or is damaged");
  std::string line(static_cast<std::size_t>(length), '\0');
  file.seek(begin);
  file.read(line.data(), line.size());
  return line;
}

NpyHeader read_header(FileReader& file, const std::string& path) {
  const std::string line = read_dictionary(file, path);
  const std::optional<NpyDictionary> said = parse_npy_dictionary(line);
  if (!said) refuse(path, "has a header that says no dtype, order and shape: ", in_quotes(line));
  NpyHeader header{said->descr, said->fortran_order, said->shape};
  check_dtype(path, header.dtype);
  unsigned char version = 1;
  file.seek(6);
  file.read(&version, 1);
  header.begin = (version == 1 ? 10 : 12) + line.size();
  const std::uint64_t declared = checked_bytes(path, header), held = file.size() - header.begin;
  if (declared > held)
    refuse(path, "ends after ", grouped(held), " of the ", grouped(declared),
           " bytes of its elements; it was cut short, try another copy");
  if (declared < held)
    refuse(path, "holds ", grouped(held), " bytes of elements, but its header declares ",
           grouped(declared), "; try another copy");
  file.seek(header.begin);
  return header;
}

// Elements of a type in the file, as int32.
template <class From>
void read_whole_numbers(FileReader& file, const std::string& path, const Tensor& x) {
  auto* to = static_cast<std::int32_t*>(x.raw());
  std::vector<From> some(static_cast<std::size_t>(std::min(piece, x.count())));
  for (std::int64_t left = x.count(); left > 0;) {
    const std::int64_t now = std::min(piece, left);
    file.read(some.data(), static_cast<std::size_t>(now) * sizeof(From));
    for (std::int64_t i = 0; i < now; ++i) {
      const From value = some[static_cast<std::size_t>(i)];
      if (static_cast<From>(static_cast<std::int32_t>(value)) != value)
        refuse(path, "holds the whole number ", value, "; the largest is ",
               std::numeric_limits<std::int32_t>::max(), ", try array.astype('<f8')");
      *to++ = static_cast<std::int32_t>(value);
    }
    left -= now;
  }
}

Shape turned(const Shape& shape) {
  Shape other;
  for (int i = shape.rank() - 1; i >= 0; --i) other.push_back(shape[i]);
  return other;
}

Shape shape_in(const std::string& path, const NpyHeader& header) {
  if (header.lengths.size() > max_axes)
    refuse(path, "holds an array of ", header.lengths.size(), " axes; try at most ", max_axes);
  return Shape(header.lengths);
}

// Bytes that lie with the first axis closest, in the order with the last one closest.
std::vector<std::uint8_t> row_major(const std::vector<std::uint8_t>& bytes, const Shape& shape) {
  std::vector<std::uint8_t> rows(bytes.size());
  Shape at = Shape::filled(shape.rank(), 0), steps;
  for (std::int64_t step = 1; const std::int64_t length : shape) {
    steps.push_back(step);
    step *= length;
  }
  std::int64_t from = 0;
  for (std::uint8_t& to : rows) {
    to = bytes[static_cast<std::size_t>(from)];
    for (int axis = shape.rank() - 1; axis >= 0; --axis) {
      from += steps[axis];
      if (++at[axis] < shape[axis]) break;
      from -= steps[axis] * shape[axis];
      at[axis] = 0;
    }
  }
  return rows;
}

void write_header(FileWriter& file, std::string_view dtype, const Shape& shape) {
  std::string line = text("{'descr': '", dtype, "', 'fortran_order': False, 'shape': (");
  for (int i = 0; i < shape.rank(); ++i)
    line += text(i > 0 ? " " : "", shape[i], shape.rank() == 1 || i + 1 < shape.rank() ? "," : "");
  line += "), }";
  constexpr std::size_t unit = 64, before = 10;  // elements begin at a multiple of 64
  line.append(unit - 1 - (before + line.size()) % unit, ' ');
  line += '\n';
  file.write(magic);
  const char rest[] = {1, 0, static_cast<char>(line.size() % 256),
                       static_cast<char>(line.size() / 256)};
  file.write({rest, sizeof rest});
  file.write(line);
}

}  // namespace

NpyHeader read_npy_header(const std::string& path) {
  FileReader file(path);
  return read_header(file, path);
}

Tensor read_npy(const std::string& path) {
  FileReader file(path);
  const NpyHeader header = read_header(file, path);
  const Shape shape = shape_in(path, header);
  const DType dtype = header.dtype == "<f4"   ? DType::float32
                      : header.dtype == "<f8" ? DType::float64
                                              : DType::int32;
  const Tensor x = empty(header.fortran_order ? turned(shape) : shape, dtype);
  if (header.is_bytes())
    read_whole_numbers<std::uint8_t>(file, path, x);
  else if (header.dtype == "<i8")
    read_whole_numbers<std::int64_t>(file, path, x);
  else
    file.read(x.raw(), static_cast<std::size_t>(x.count()) * size_of(dtype));
  if (!header.fortran_order) return x;
  Shape order;
  for (int i = shape.rank() - 1; i >= 0; --i) order.push_back(i);
  return contiguous(permute(x, order));
}

std::vector<std::uint8_t> read_npy_bytes(const std::string& path) {
  FileReader file(path);
  const NpyHeader header = read_header(file, path);
  if (!header.is_bytes())
    refuse(path, "holds elements '", header.dtype, "', not bytes; try array.astype('uint8')");
  const std::uint64_t count = file.size() - header.begin;
  std::vector<std::uint8_t> bytes(static_cast<std::size_t>(count));
  file.read(bytes.data(), bytes.size());
  return header.fortran_order ? row_major(bytes, shape_in(path, header)) : bytes;
}

NpyWriter::NpyWriter(const std::string& path, DType dtype, const Shape& shape)
    : file_(std::make_unique<FileWriter>(path)), dtype_(dtype), missing_(shape.count()) {
  write_header(*file_,
               dtype == DType::float32   ? "<f4"
               : dtype == DType::float64 ? "<f8"
                                         : "<i4",
               shape);
}

NpyWriter::~NpyWriter() = default;

void NpyWriter::write(const Tensor& elements) {
  missing_ -= elements.count();
  if (elements.dtype() != dtype_ || missing_ < 0)
    throw ShapeError(text("npy: ", elements.count(), " elements more, of ", elements.dtype(),
                          ", do not fit the header; try an array of its own"));
  const Tensor rows = contiguous(elements);
  file_->write({static_cast<const char*>(rows.raw()),
                static_cast<std::size_t>(rows.count()) * size_of(dtype_)});
}

void NpyWriter::commit() {
  if (missing_ != 0)
    throw ShapeError(
        text("npy: ", missing_, " elements are missing; write all that the shape has"));
  file_->commit();
}

void write_npy(const std::string& path, const Tensor& x) {
  NpyWriter file(path, x.dtype(), x.shape());
  file.write(x);
  file.commit();
}

void write_npy(const std::string& path, std::span<const std::uint8_t> bytes, const Shape& shape) {
  if (shape.count() != static_cast<std::int64_t>(bytes.size()))
    throw ShapeError(text("npy: ", bytes.size(), " bytes do not fill ", shape,
                          "; try a shape of as many elements"));
  FileWriter file(path);
  write_header(file, "|u1", shape);
  file.write({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  file.commit();
}

}  // namespace ebb::nn
