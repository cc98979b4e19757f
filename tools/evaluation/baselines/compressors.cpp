#include <bzlib.h>
#include <lzma.h>

#include <algorithm>
#include <cmath>
#include <new>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tools/evaluation/baselines/compressors.hpp>

namespace ebb::tools {

namespace {
constexpr std::size_t piece = 1 << 16;  // of what comes out, whose length alone is kept
}

std::size_t xz_size(std::string_view bytes) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_easy_encoder(&stream, 9 | LZMA_PRESET_EXTREME, LZMA_CHECK_CRC64) != LZMA_OK)
    throw std::bad_alloc();
  stream.next_in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  stream.avail_in = bytes.size();
  std::string out(piece, '\0');
  lzma_ret result = LZMA_OK;
  while (result == LZMA_OK) {
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream.avail_out = out.size();
    result = lzma_code(&stream, LZMA_FINISH);
  }
  lzma_end(&stream);
  if (result != LZMA_STREAM_END) throw std::bad_alloc();  // nothing else can go wrong
  return stream.total_out;
}

std::size_t bzip2_size(std::string_view bytes) {
  bz_stream stream = {};
  if (BZ2_bzCompressInit(&stream, 9, 0, 0) != BZ_OK) throw std::bad_alloc();
  stream.next_in = const_cast<char*>(bytes.data());
  std::string out(piece, '\0');
  std::size_t left = bytes.size(), size = 0;
  int result = BZ_RUN_OK;
  while (result != BZ_STREAM_END) {
    if (stream.avail_in == 0) {  // its lengths have 32 bits
      stream.avail_in = static_cast<unsigned>(std::min<std::size_t>(left, 1 << 30));
      left -= stream.avail_in;
    }
    stream.next_out = out.data();
    stream.avail_out = static_cast<unsigned>(out.size());
    result = BZ2_bzCompress(&stream, left + stream.avail_in == 0 ? BZ_FINISH : BZ_RUN);
    size += out.size() - stream.avail_out;
  }
  BZ2_bzCompressEnd(&stream);
  return size;
}

bool is_binary(const Tensor& images) {
  return images.count() == 0 || amin((images == 0) + (images == 1)).item() > 0;
}

std::string bytes_of(const Tensor& images) {
  const std::vector<float> values = images.to_vector<float>();
  std::string bytes;
  if (is_binary(images)) {
    bytes.resize(static_cast<std::size_t>(divide_up(images.count(), 8)));
    for (std::size_t i = 0; i < values.size(); ++i)
      if (values[i] > 0) bytes[i / 8] = static_cast<char>(bytes[i / 8] | 128 >> i % 8);
  } else {
    bytes.resize(values.size());
    std::transform(values.begin(), values.end(), bytes.begin(), [](float value) {
      return static_cast<char>(static_cast<unsigned char>(std::lround(255 * value)));
    });
  }
  return bytes;
}

}  // namespace ebb::tools
