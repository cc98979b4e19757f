#include <algorithm>
#include <cstring>
#include <nn/files/gzip.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <utility>

namespace ebb::nn {
namespace {

constexpr std::uint64_t piece = 1 << 17;         // bytes of the file read at once
constexpr unsigned char magic[] = {0x1f, 0x8b};  // every packed part begins with them
constexpr std::uint64_t shortest_part = 18;      // in bytes, the last four of which are its length
constexpr std::uint64_t best_ratio = 1032;       // no packed byte becomes more

}  // namespace

GzipReader::GzipReader(std::string operation, const std::string& path)
    : operation_(std::move(operation)),
      path_(path),
      file_(path),
      unread_(file_.size()),
      claimed_bytes_(file_.size()),
      input_(static_cast<std::size_t>(std::min(piece, unread_))) {
  fill();
  packed_ = stream_.avail_in >= 2 && std::memcmp(stream_.next_in, magic, 2) == 0;
  if (packed_) start();
}

GzipReader::~GzipReader() {
  if (packed_) inflateEnd(&stream_);
}

template <class... Parts>
void GzipReader::refuse(const Parts&... parts) const {
  throw FormatError(
      text(operation_, ": ", printable(path_.substr(path_.rfind('/') + 1)), " ", parts...));
}

// Memory for zlib from the cache of the tensors, so that their limit holds here, too. The reader
// frees it.
void* GzipReader::take_memory(void* blocks, unsigned count, unsigned bytes) {
  try {
    auto& taken = *static_cast<std::vector<std::shared_ptr<Storage>>*>(blocks);
    taken.push_back(allocate(std::size_t{count} * bytes));
    return taken.back()->data();
  } catch (const std::exception&) {  // C lies between here and who can catch it
    return nullptr;
  }
}

void GzipReader::start() {
  if (file_.size() >= shortest_part) {
    unsigned char length[4];
    file_.seek(file_.size() - sizeof length);
    file_.read(length, sizeof length);
    file_.seek(file_.size() - unread_);
    claimed_bytes_ = 0;
    for (int i = 3; i >= 0; --i) claimed_bytes_ = claimed_bytes_ << 8 | length[i];
  }
  stream_.opaque = &blocks_;
  stream_.zalloc = take_memory;
  stream_.zfree = [](void*, void*) {};
  constexpr int gzip_alone = 16 + 15;
  if (inflateInit2(&stream_, gzip_alone) != Z_OK)
    throw MemoryError(text(operation_, ": no room to unpack ", printable(path_),
                           "; try to give other memory back first"));
}

std::uint64_t GzipReader::most_bytes() const {
  return packed_ ? file_.size() * best_ratio : file_.size();
}

void GzipReader::fill() {
  const auto bytes = static_cast<std::size_t>(std::min<std::uint64_t>(input_.size(), unread_));
  file_.read(input_.data(), bytes);
  unread_ -= bytes;
  stream_.next_in = input_.data();
  stream_.avail_in = static_cast<unsigned>(bytes);
}

std::size_t GzipReader::read(void* to, std::size_t bytes) {
  std::size_t done = 0;
  for (std::size_t got = 1; done < bytes && got > 0; done += got) {
    char* const place = static_cast<char*>(to) + done;
    got = packed_ ? unpack(place, bytes - done) : copy(place, bytes - done);
  }
  handed_out_ += done;
  if (done == 0 && bytes > 0 && cut_off_)
    refuse("ends after ", handed_out_,
           " bytes but before its check sum; the download was cut short, try again");
  return done;
}

std::size_t GzipReader::copy(void* to, std::size_t bytes) {
  if (stream_.avail_in == 0) fill();
  const std::size_t some = std::min<std::size_t>(bytes, stream_.avail_in);
  if (some == 0) return 0;
  std::memcpy(to, stream_.next_in, some);
  stream_.next_in += some;
  stream_.avail_in -= static_cast<unsigned>(some);
  return some;
}

// Gives at least one byte, unless there are no more. After the last byte the check sum may still be
// unread: zlib checks it when it is asked for another byte.
std::size_t GzipReader::unpack(void* to, std::size_t bytes) {
  const auto room = static_cast<unsigned>(std::min<std::size_t>(bytes, 1 << 30));
  stream_.next_out = static_cast<unsigned char*>(to);
  stream_.avail_out = room;
  while (!whole_ && !cut_off_ && stream_.avail_out == room) {
    if (stream_.avail_in == 0) fill();
    const bool was_all = stream_.avail_in == 0;
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END)
      go_on_with_next_part();
    else if (result == Z_BUF_ERROR)
      cut_off_ = was_all;
    else if (result == Z_MEM_ERROR)
      throw MemoryError(text(operation_, ": no room to unpack ", printable(path_),
                             "; try to give other memory back first"));
    else if (result != Z_OK)
      refuse("is damaged and cannot be unpacked; try another copy");
  }
  return room - stream_.avail_out;
}

void GzipReader::go_on_with_next_part() {
  if (stream_.avail_in == 0) fill();
  whole_ = stream_.avail_in == 0;
  if (whole_) return;
  if (*stream_.next_in != magic[0])
    refuse("is followed by bytes that are not packed; try another copy");
  inflateReset(&stream_);
}

}  // namespace ebb::nn
