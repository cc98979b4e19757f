// MNIST's files. IDX is bytes with a shape: two zero bytes, 0x08 for unsigned bytes, the number of
// axes, each length as a big-endian 32-bit number, then the bytes, row-major.
// (LeCun, Cortes, Burges: "The MNIST database of handwritten digits".)
#pragma once

#include <cstdint>
#include <nn/data/images.hpp>
#include <string>
#include <vector>

namespace ebb::nn {

struct [[nodiscard]] IdxFile {
  std::vector<std::int64_t> lengths;  // of the axes; none is 0
  std::vector<std::uint8_t> bytes;
};

// Reads a plain or gzipped IDX file of `axes` axes. Memory grows with what the file really holds,
// not with what it declares. Throws FormatError for a wrong magic number, a length of 0, and more
// or fewer bytes than declared (a .gz that was cut short, too); IoError when it cannot be read.
IdxFile read_idx(const std::string& path, int axes);

struct MnistOptions {
  bool require_labels = true;  // otherwise a set without its file of labels has none
};

// The four files of MNIST, or of a set in the same form (FashionMNIST, KMNIST), in a folder:
// train-images-idx3-ubyte, train-labels-idx1-ubyte and the same with t10k, each plain or .gz, or
// spelled with a dot as in train-images.idx3-ubyte. Throws as read_idx does, IoError that names
// what it looked for, and FormatError where images and labels, or train and test, disagree.
ImageSplits load_mnist(const std::string& folder, const MnistOptions& options = {});

}  // namespace ebb::nn
