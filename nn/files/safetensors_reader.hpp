// A safetensors file that is open: what it holds, and its tensors one at a time.
#pragma once

#include <nn/files/file.hpp>
#include <nn/files/safetensors_header.hpp>
#include <tensor/tensor.hpp>

namespace ebb::nn {

class SafetensorsReader final {
 public:
  // Reads and checks the header. Throws FormatError, also for files of other formats, which it
  // names, and IoError.
  explicit SafetensorsReader(const std::string& path);

  const std::vector<FileTensor>& tensors() const { return tensors_; }  // in the file's order

  // Reads the elements of one of them. Integers and booleans become int32, halves float32. Throws
  // FormatError for a tensor with an obstacle and for a value that int32 does not have.
  Tensor read(const FileTensor& tensor);

 private:
  std::string read_header();

  std::string path_;
  FileReader file_;
  std::uint64_t data_begin_ = 0;
  std::vector<FileTensor> tensors_;
};

}  // namespace ebb::nn
