#include <new>
#include <nn/files/png_writer.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

constexpr std::int64_t longest_side = 1 << 20;
constexpr std::uint8_t up =
    2;  // a filter: what is noted of a row is its difference from that above

std::string in_four_bytes(std::uint64_t number) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(number >> shift & 255);
  return bytes;
}

}  // namespace

PngWriter::PngWriter(const std::string& path, const ImageSize& size)
    : file_(path),
      row_bytes_(size.channels * size.width),
      missing_(size.height),
      packed_(std::size_t{1} << 16) {
  if ((size.channels != 1 && size.channels != 3) || size.height < 1 || size.width < 1 ||
      size.height > longest_side || size.width > longest_side)
    throw ShapeError(text("png: no picture has [", size.channels, ", ", size.height, ", ",
                          size.width, "] pixels; try fewer, or 1 or 3 channels"));
  above_.resize(static_cast<std::size_t>(row_bytes_));
  line_.resize(above_.size() + 1);
  if (deflateInit(&stream_, Z_DEFAULT_COMPRESSION) != Z_OK) throw std::bad_alloc();
  file_.write("\x89PNG\r\n\x1a\n");
  const char rest[] = {8, size.channels == 3 ? '\2' : '\0', 0, 0, 0};  // bits, color, ways of old
  write_chunk("IHDR", in_four_bytes(static_cast<std::uint64_t>(size.width)) +
                          in_four_bytes(static_cast<std::uint64_t>(size.height)) +
                          std::string(rest, sizeof rest));
}

PngWriter::~PngWriter() { deflateEnd(&stream_); }

void PngWriter::write(std::span<const std::uint8_t> rows) {
  const std::size_t width = above_.size();
  missing_ -= static_cast<std::int64_t>(rows.size() / width);
  if (rows.size() % width != 0 || missing_ < 0)
    throw ShapeError(text("png: ", rows.size(),
                          " bytes more are no rows of the picture; a row has ", width, " bytes"));
  for (; !rows.empty(); rows = rows.subspan(width)) {
    line_[0] = up;
    for (std::size_t i = 0; i < width; ++i) {
      line_[i + 1] = static_cast<std::uint8_t>(rows[i] - above_[i]);
      above_[i] = rows[i];
    }
    pack(line_, Z_NO_FLUSH);
  }
}

void PngWriter::commit() {
  if (missing_ != 0) throw ShapeError(text("png: ", missing_, " rows are missing; write all"));
  pack({}, Z_FINISH);
  write_chunk("IEND", "");
  file_.commit();
}

void PngWriter::write_chunk(const char* name, std::string_view bytes) {
  const std::string summed = name + std::string(bytes);
  file_.write(in_four_bytes(bytes.size()));
  file_.write(summed);
  file_.write(in_four_bytes(crc32(0, reinterpret_cast<const unsigned char*>(summed.data()),
                                  static_cast<unsigned>(summed.size()))));
}

void PngWriter::pack(std::span<const std::uint8_t> bytes, int flush) {
  stream_.next_in = const_cast<std::uint8_t*>(bytes.data());
  stream_.avail_in = static_cast<unsigned>(bytes.size());
  do {
    stream_.next_out = reinterpret_cast<unsigned char*>(packed_.data());
    stream_.avail_out = static_cast<unsigned>(packed_.size());
    deflate(&stream_, flush);
    const std::size_t have = packed_.size() - stream_.avail_out;
    if (have > 0) write_chunk("IDAT", {packed_.data(), have});
  } while (stream_.avail_out == 0);
}

}  // namespace ebb::nn
