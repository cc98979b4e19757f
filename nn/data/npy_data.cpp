#include <sys/stat.h>

#include <algorithm>
#include <nn/data/images.hpp>
#include <nn/data/npy_data.hpp>
#include <nn/data/tensor_dataset.hpp>
#include <nn/files/npy.hpp>
#include <nn/files/printable.hpp>

namespace ebb::nn {
namespace {

// Pixels [n, height, width, channels] as [n, channels, height, width].
void put_channels_first(std::vector<std::uint8_t>& pixels, std::size_t image,
                        std::size_t channels) {
  std::vector<std::uint8_t> one(image);
  const std::size_t plane = image / channels;
  for (std::size_t begin = 0; begin < pixels.size(); begin += image) {
    for (std::size_t i = 0; i < image; ++i)
      one[i % channels * plane + i / channels] = pixels[begin + i];
    std::copy(one.begin(), one.end(), pixels.begin() + static_cast<std::ptrdiff_t>(begin));
  }
}

std::vector<std::uint8_t> read_byte_labels(const std::string& path, std::int64_t count) {
  if (path.empty()) return {};
  const Tensor labels = read_npy(path);
  if (labels.dtype() != DType::int32 || labels.shape() != Shape{count})
    throw FormatError(text("npy: ", printable(path), " holds ", labels.dtype(), " ", labels.shape(),
                           "; labels must be whole numbers ", Shape{count}));
  std::vector<std::uint8_t> bytes;
  for (const std::int32_t label : labels.to_vector<std::int32_t>()) {
    if (label < 0 || label > 255)
      throw FormatError(text("npy: ", printable(path), " holds the label ", label,
                             "; those of pictures must be 0 to 255"));
    bytes.push_back(static_cast<std::uint8_t>(label));
  }
  return bytes;
}

bool is_depth(std::int64_t channels) { return channels == 1 || channels == 3; }

ImageDataset load_pictures(const std::string& path, const NpyHeader& header,
                           const std::string& labels) {
  const std::vector<std::int64_t>& lengths = header.lengths;
  const bool first = lengths.size() == 4 && is_depth(lengths[1]);
  const bool last = lengths.size() == 4 && !first && is_depth(lengths[3]);
  if (lengths.size() != 3 && !first && !last)
    throw FormatError(text("npy: ", printable(path), " holds bytes of ", lengths.size(),
                           " axes that are no pictures; try [n, height, width], or 1 or 3 channels "
                           "as the second axis or the last"));
  std::vector<std::uint8_t> pixels = read_npy_bytes(path);
  const std::int64_t channels = first ? lengths[1] : last ? lengths[3] : 1;
  const std::int64_t height = lengths[first ? 2 : 1], width = lengths[first ? 3 : 2];
  if (last)
    put_channels_first(pixels, static_cast<std::size_t>(channels * height * width),
                       static_cast<std::size_t>(channels));
  return ImageDataset(std::move(pixels), read_byte_labels(labels, lengths[0]), height, width,
                      channels);
}

TensorDataset load_arrays(const std::string& path, const std::string& labels) {
  const auto read = [](const std::string& file) {
    const Tensor x = read_npy(file);
    return x.dtype() == DType::float64 ? cast(x, DType::float32) : x;
  };
  const Tensor inputs = read(path), targets = labels.empty() ? Tensor() : read(labels);
  if (!labels.empty() && (targets.rank() == 0 || targets.size(0) != inputs.size(0)))
    throw FormatError(text("npy: ", printable(path), " holds ", inputs.shape(), ", ",
                           printable(labels), " ", targets.shape(),
                           "; the first axis must count the same examples"));
  return TensorDataset(inputs, targets);
}

}  // namespace

SharedDataset load_npy(const std::string& path, const std::string& labels) {
  const NpyHeader header = read_npy_header(path);
  const std::string beside = labels.empty() ? labels_beside(path) : labels;
  if (header.lengths.empty() || std::ranges::find(header.lengths, 0) != header.lengths.end())
    throw FormatError(
        text("npy: ", printable(path), " holds no examples; its first axis must count them"));
  if (header.is_bytes()) return load_pictures(path, header, beside);
  return load_arrays(path, beside);
}

std::string labels_beside(const std::string& path) {
  const std::string ending = ".npy";
  if (!path.ends_with(ending)) return {};
  const std::string beside = path.substr(0, path.size() - ending.size()) + ".labels" + ending;
  struct stat status;
  return stat(beside.c_str(), &status) == 0 ? beside : std::string();
}

}  // namespace ebb::nn
