#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <nn/data/idx.hpp>
#include <nn/files/gzip.hpp>
#include <nn/files/printable.hpp>
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

// The last part of a path, as a message shows it.
std::string name_of(const std::string& path) { return printable(path.substr(path.rfind('/') + 1)); }

// A plain or gzipped file, read from its front.
class Source final {
 public:
  explicit Source(const std::string& path) : path_(path), file_("mnist", path) {}

  template <class... Parts>
  [[noreturn]] void refuse(const Parts&... parts) const {
    throw FormatError(text("mnist: ", name(), " ", parts...));
  }
  std::string name() const { return name_of(path_); }

  const GzipReader& file() const { return file_; }

  [[noreturn]] void refuse_end(std::int64_t held, std::int64_t expected) const {
    refuse("ends after ", grouped(held), " of ", grouped(expected),
           " bytes; the download was cut short, try again");
  }

  // All `bytes` of them, as a part of `expected` in the whole file.
  void read_all(void* to, std::int64_t bytes, std::int64_t expected) {
    const auto got = static_cast<std::int64_t>(file_.read(to, static_cast<std::size_t>(bytes)));
    read_ += got;
    if (got < bytes) refuse_end(read_, expected);
  }

  void require_end(std::int64_t expected) {
    std::uint8_t more;
    if (file_.read(&more, 1) > 0)
      refuse("holds more than the ", grouped(expected),
             " bytes that its first ones declare; try another copy");
  }

 private:
  const std::string& path_;
  GzipReader file_;
  std::int64_t read_ = 0;
};

std::vector<std::int64_t> read_lengths(Source& source, int axes) {
  std::uint8_t header[header_bytes(most_axes)];
  source.read_all(header, 4, header_bytes(axes));
  const std::uint8_t magic[] = {0, 0, 8, static_cast<std::uint8_t>(axes)};
  const std::uint8_t swapped[] = {static_cast<std::uint8_t>(axes), 8, 0, 0};
  if (std::memcmp(header, swapped, 4) == 0)
    source.refuse("starts with the bytes ", axes, " 8 0 0, not 0 0 8 ", axes,
                  "; it looks little-endian, try to write all its numbers big-endian");
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

// Lengths whose bytes were written in the wrong order declare some other size. With the bytes
// turned round, they declare what the file holds.
void check_byte_order(const Source& source, const std::vector<std::int64_t>& lengths) {
  const auto times = [](std::uint64_t a, std::uint64_t b) {  // or more than a file can hold
    constexpr std::uint64_t most = std::uint64_t{1} << 62;
    return b > 0 && a > most / b ? most : a * b;
  };
  std::uint64_t declared = 1, turned = 1;
  for (const std::int64_t length : lengths) {
    declared = times(declared, static_cast<std::uint64_t>(length));
    turned = times(turned, __builtin_bswap32(static_cast<std::uint32_t>(length)));
  }
  const auto header = static_cast<std::uint64_t>(header_bytes(static_cast<int>(lengths.size())));
  if (declared != turned && source.file().claimed_bytes() == header + turned)
    source.refuse("declares a length of ", grouped(lengths[0]),
                  "; its numbers look little-endian, try to write all of them big-endian");
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

void check_memory(const Source& source, std::uint64_t bytes) {
  const auto memory = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                      static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (bytes > memory)
    throw MemoryError(text("mnist: ", source.name(), " declares ", grouped(bytes),
                           " bytes, this machine has ", grouped(memory),
                           " of memory; try a part of the set"));
}

// The bytes behind the header, of a file that declares `expected` in all. Room for all of them is
// made at once where the file has that length; else it grows with what comes.
std::vector<std::uint8_t> read_bytes(Source& source, std::int64_t count, std::int64_t expected) {
  const GzipReader& file = source.file();
  const auto declared = static_cast<std::uint64_t>(expected);
  if (!file.is_packed() && file.claimed_bytes() < declared)
    source.refuse_end(static_cast<std::int64_t>(file.claimed_bytes()), expected);
  const std::uint64_t most = std::min(static_cast<std::uint64_t>(count), file.most_bytes());
  check_memory(source, most);
  std::vector<std::uint8_t> bytes;
  if (static_cast<std::uint32_t>(file.claimed_bytes()) == static_cast<std::uint32_t>(declared))
    bytes.reserve(most);
  for (std::int64_t have = 0; have < count;) {
    const std::int64_t some = std::min(piece, count - have);
    const auto now = static_cast<std::size_t>(have + some);
    if (now > bytes.capacity())
      bytes.reserve(std::min(static_cast<std::size_t>(count), std::max(now, 2 * bytes.capacity())));
    bytes.resize(now);
    source.read_all(bytes.data() + have, some, expected);
    have += some;
  }
  source.require_end(expected);
  return bytes;
}

void require_folder(const std::string& folder) {
  struct stat status;
  int error = stat(folder.c_str(), &status) == 0 ? 0 : errno;
  if (error == 0 && !S_ISDIR(status.st_mode)) error = ENOTDIR;
  if (error == 0 && access(folder.c_str(), X_OK) != 0) error = errno;
  if (error != 0)
    throw IoError(text("mnist: cannot open the folder ", printable(folder), ": ",
                       std::strerror(error), "; check the path"));
}

// Empty where there is none, if it may be missing.
std::string find_file(const std::string& folder, const std::string& name, const char* form,
                      bool required) {
  for (const char* separator : {"-", "."})
    for (const char* ending : {"", ".gz"}) {
      const std::string path = text(folder, "/", name, separator, form, ending);
      if (is_file(path)) return path;
    }
  if (!required) return {};
  throw IoError(text("mnist: ", printable(folder), " holds no ", name, "-", form,
                     ", plain or .gz; try the folder with MNIST's four IDX files"));
}

ImageDataset load_images(const std::string& images_path, const std::string& labels_path) {
  IdxFile images = read_idx(images_path, 3), labels;
  if (!labels_path.empty()) labels = read_idx(labels_path, 1);
  const std::int64_t count = images.lengths[0], height = images.lengths[1],
                     width = images.lengths[2];
  if (std::max(height, width) > largest_side)
    throw FormatError(text("mnist: ", name_of(images_path), " declares images of ", height, " by ",
                           width, "; a side can be at most ", largest_side));
  if (!labels_path.empty() && count != labels.lengths[0])
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
  check_byte_order(source, file.lengths);
  const std::int64_t count = checked_product(source, file.lengths);
  try {
    file.bytes = read_bytes(source, count, header_bytes(axes) + count);
  } catch (const std::bad_alloc&) {
    throw MemoryError(text("mnist: no room for the ", grouped(count), " bytes of ", name_of(path),
                           "; try a part of the set"));
  }
  return file;
}

ImageSplits load_mnist(const std::string& folder, const MnistOptions& options) {
  require_folder(folder);
  const auto images = [&](const char* name) { return find_file(folder, name, "idx3-ubyte", true); };
  const auto labels = [&](const char* name) {
    return find_file(folder, name, "idx1-ubyte", options.require_labels);
  };
  const std::string train_images = images("train-images"), train_labels = labels("train-labels"),
                    test_images = images("t10k-images"), test_labels = labels("t10k-labels");
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
