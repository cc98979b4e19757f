// NumPy's files of one array, .npy: a magic word, a version, a header that says dtype, order and
// shape, then the elements. (NumPy Enhancement Proposal 1; versions 1.0, 2.0 and 3.0.)
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tensor/tensor.hpp>
#include <vector>

namespace ebb::nn {

// What the header of a file says.
struct [[nodiscard]] NpyHeader {
  std::string dtype;                  // as NumPy writes it: "|u1", "<i4", "<i8", "<f4", "<f8"
  bool fortran_order = false;         // the first axis lies closest, not the last
  std::vector<std::int64_t> lengths;  // of the axes; none is a scalar
  std::uint64_t begin = 0;            // where the elements begin, in bytes

  bool is_bytes() const { return dtype == "|u1"; }
};

// Reads the header, and holds it against the length of the file: no memory is taken for what is not
// there. Throws FormatError, which names the path, for a file that is no .npy or is cut short, for
// bytes behind the last element, and for elements other than the five above; IoError.
NpyHeader read_npy_header(const std::string& path);

// Reads the array, row-major whatever its order in the file. "<f4" becomes float32, "<f8" float64,
// all whole numbers int32. Throws as read_npy_header does, FormatError for a whole number that
// int32 cannot hold, and MemoryError.
Tensor read_npy(const std::string& path);

// The elements of a file of bytes ("|u1"), row-major. Throws as read_npy does, FormatError for
// other elements, and std::bad_alloc.
[[nodiscard]] std::vector<std::uint8_t> read_npy_bytes(const std::string& path);

class FileWriter;

// Writes an array piece by piece, whole or not at all: the header when it begins, then the elements
// in order, of as many tensors as it takes. Throws IoError, and ShapeError for elements of another
// dtype and more or fewer of them than the shape holds.
class NpyWriter final {
 public:
  NpyWriter(const std::string& path, DType dtype, const Shape& shape);
  ~NpyWriter();
  NpyWriter(const NpyWriter&) = delete;
  NpyWriter& operator=(const NpyWriter&) = delete;
  void write(const Tensor& elements);
  void commit();

 private:
  std::unique_ptr<FileWriter> file_;
  DType dtype_;
  std::int64_t missing_;
};

// Writes an array, whole or not at all, as numpy.save does: version 1.0, row-major, "<f4", "<f8" or
// "<i4". numpy.load takes it. Throws IoError.
void write_npy(const std::string& path, const Tensor& x);

// The same of bytes. Throws ShapeError where the shape has not as many elements.
void write_npy(const std::string& path, std::span<const std::uint8_t> bytes, const Shape& shape);

}  // namespace ebb::nn
