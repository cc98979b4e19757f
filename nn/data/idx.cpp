#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <nn/data/idx.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

constexpr std::int64_t piece = 1 << 20;  // bytes read at once
constexpr std::int64_t largest_side = 16'384;
constexpr int most_axes = 4;
constexpr std::int64_t header_bytes(int axes) { return 4 + 4 * axes; }

bool is_file(const std::string& path) {
  struct stat status;
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// "47,040,016"
std::string grouped(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (auto place = static_cast<std::ptrdiff_t>(digits.size()) - 3; place > 0; place -= 3)
    digits.insert(static_cast<std::size_t>(place), 1, ',');
  return digits;
}

std::string name_of(const std::string& path) { return path.substr(path.rfind('/') + 1); }

// A plain or gzipped file, read from its front; zlib tells them apart.
class Source final {
 public:
  explicit Source(const std::string& path) : path_(path) {
    if (!is_file(path))
      throw IoError(text("mnist: ", path, " is not there or is no file; check the path"));
    file_ = gzopen(path.c_str(), "rb");
    if (!file_) throw IoError(text("mnist: cannot read ", path, ": ", std::strerror(errno)));
    gzbuffer(file_, 1 << 17);
  }
  ~Source() { gzclose_r(file_); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    throw FormatError(text("mnist: ", name_of(path_), " ", parts...));
  }

  // All `bytes` of them, as a part of `expected` in the whole file.
  void read_all(void* to, std::int64_t bytes, std::int64_t expected) {
    if (read(to, bytes) < bytes)
      refuse("ends after ", grouped(read_), " of ", grouped(expected),
             " bytes; the download was cut short, try again");
  }

  // Reading on past the last byte makes zlib check the gzip trailer.
  void require_end(std::int64_t expected) {
    std::uint8_t more;
    if (read(&more, 1) > 0)
      refuse("holds more than the ", grouped(expected),
             " bytes that its first ones declare; "
             "try another copy");
    if (cut_off_)
      refuse("ends after ", grouped(read_),
             " bytes but before its check sum; the download was "
             "cut short, try again");
  }

 private:
  // Up to `bytes` more; fewer only at the end, also where a .gz was cut off.
  std::int64_t read(void* to, std::int64_t bytes) {
    const int got = gzread(file_, to, static_cast<unsigned>(bytes));
    int error = Z_OK;
    gzerror(file_, &error);
    if (error == Z_ERRNO)
      throw IoError(text("mnist: cannot read ", path_, ": ", std::strerror(errno)));
    if (got < 0) refuse("is damaged and cannot be unpacked; try another copy");
    cut_off_ = error == Z_BUF_ERROR;
    read_ += got;
    return got;
  }

  const std::string& path_;
  gzFile file_ = nullptr;
  std::int64_t read_ = 0;
  bool cut_off_ = false;
};

std::vector<std::int64_t> read_lengths(Source& source, int axes) {
  std::uint8_t header[header_bytes(most_axes)];
  source.read_all(header, 4, header_bytes(axes));
  const std::uint8_t magic[] = {0, 0, 8, static_cast<std::uint8_t>(axes)};
  if (std::memcmp(header, magic, 4) != 0)
    source.refuse("starts with the bytes ", header[0], " ", header[1], " ", header[2], " ",
                  header[3], ", not 0 0 8 ", axes, "; it is no IDX file of this kind");
  std::vector<std::int64_t> lengths;
  for (int i = 0; i < axes; ++i) {
    source.read_all(header, 4, header_bytes(axes));
    lengths.push_back(std::int64_t{header[0]} << 24 | header[1] << 16 | header[2] << 8 | header[3]);
  }
  return lengths;
}

// How many bytes the lengths declare: at least one, and no more than a file can hold.
std::int64_t checked_product(const Source& source, const std::vector<std::int64_t>& lengths) {
  std::int64_t product = 1;
  for (std::int64_t length : lengths) {
    if (length == 0) source.refuse("declares a length of 0; there is nothing to learn from");
    if (length > (std::int64_t{1} << 62) / product)
      source.refuse("declares more bytes than a file can hold");
    product *= length;
  }
  return product;
}

std::string find_file(const std::string& folder, const std::string& name, const char* form) {
  for (const char* separator : {"-", "."})
    for (const char* ending : {"", ".gz"}) {
      const std::string path = text(folder, "/", name, separator, form, ending);
      if (is_file(path)) return path;
    }
  throw IoError(text("mnist: ", folder, " holds no ", name, "-", form,
                     ", plain or .gz; try the "
                     "folder with MNIST's four IDX files"));
}

ImageDataset load_images(const std::string& images_path, const std::string& labels_path) {
  IdxFile images = read_idx(images_path, 3), labels = read_idx(labels_path, 1);
  const std::int64_t count = images.lengths[0], height = images.lengths[1],
                     width = images.lengths[2];
  if (std::max(height, width) > largest_side)
    throw FormatError(text("mnist: ", name_of(images_path), " declares images of ", height, " by ",
                           width, "; at most ", largest_side, " a side can be"));
  if (count != labels.lengths[0])
    throw FormatError(text("mnist: ", name_of(images_path), " holds ", grouped(count), " images, ",
                           name_of(labels_path), " ", grouped(labels.lengths[0]),
                           " labels; try the two files of one set"));
  return ImageDataset(std::move(images.bytes), std::move(labels.bytes), height, width);
}

}  // namespace

IdxFile read_idx(const std::string& path, int axes) {
  if (axes < 1 || axes > most_axes) throw Error(text("idx: ", axes, " axes; try 1 to ", most_axes));
  Source source(path);
  IdxFile file;
  file.lengths = read_lengths(source, axes);
  const std::int64_t count = checked_product(source, file.lengths);
  const std::int64_t expected = header_bytes(axes) + count;
  for (std::int64_t have = 0; have < count;) {
    const std::int64_t bytes = std::min(piece, count - have);
    file.bytes.resize(static_cast<std::size_t>(have + bytes));
    source.read_all(file.bytes.data() + have, bytes, expected);
    have += bytes;
  }
  source.require_end(expected);
  return file;
}

ImageSplits load_mnist(const std::string& folder) {
  const std::string train_images = find_file(folder, "train-images", "idx3-ubyte"),
                    train_labels = find_file(folder, "train-labels", "idx1-ubyte"),
                    test_images = find_file(folder, "t10k-images", "idx3-ubyte"),
                    test_labels = find_file(folder, "t10k-labels", "idx1-ubyte");
  ImageSplits splits{load_images(train_images, train_labels),
                     load_images(test_images, test_labels)};
  if (splits.train.height() != splits.test.height() || splits.train.width() != splits.test.width())
    throw FormatError(text("mnist: images are ", splits.train.height(), " by ",
                           splits.train.width(), " in ", name_of(train_images), ", ",
                           splits.test.height(), " by ", splits.test.width(), " in ",
                           name_of(test_images), "; try the four files of one set"));
  return splits;
}

}  // namespace ebb::nn
