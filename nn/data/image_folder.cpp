#include <algorithm>
#include <exception>
#include <nn/data/image_files.hpp>
#include <nn/data/image_folder.hpp>
#include <nn/data/resize.hpp>
#include <nn/files/image.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/sha256.hpp>
#include <tensor/machine/bytes.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/makers.hpp>
#include <tensor/views.hpp>

namespace ebb::nn {
namespace {

// Calls body(i) for all i on all cores, and throws what the first that fails throws: the first in
// order, whichever is found first.
template <class Body>
void for_all(std::int64_t count, const Body& body) {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(count));
  parallel_for(count, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      try {
        body(static_cast<std::size_t>(i));
      } catch (...) {
        failures[static_cast<std::size_t>(i)] = std::current_exception();
      }
    }
  });
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

struct Seen {
  ImageSize size;
  std::uint64_t bytes = 0;
  std::string sha256;
};

std::string shown(const ImageSize& size) { return text(size.height, " by ", size.width); }

}  // namespace

struct ImageFolder::Contents {
  Contents(const std::string& place, const ImageFolderOptions& asked)
      : folder(place), options(asked), files(list_image_files(place)) {
    const std::vector<Seen> seen = look_at_all();
    size = {options.gray ? 1 : seen[0].size.channels, options.height, options.width};
    if (options.height == 0) take_size_of(seen);
    for (const Seen& file : seen)
      if (!options.gray) size.channels = std::max(size.channels, file.size.channels);
    Sha256 sum;
    for (std::size_t i = 0; i < seen.size(); ++i) {
      sum.add(seen[i].sha256 + "  " + files.names[i] + "\n");
      bytes += seen[i].bytes;
    }
    sha256 = sum.hex();
    decode_what_fits();
  }

  std::string path(std::size_t i) const { return folder + "/" + files.names[i]; }
  std::size_t image_size() const {
    return static_cast<std::size_t>(size.channels * size.height * size.width);
  }

  std::vector<Seen> look_at_all() const {
    std::vector<Seen> seen(files.names.size());
    for_all(static_cast<std::int64_t>(seen.size()), [&](std::size_t i) {
      const std::string contents = read_image_file(path(i));
      seen[i] = {inspect_image(contents, path(i)), contents.size(), sha256_of(contents)};
    });
    return seen;
  }

  void take_size_of(const std::vector<Seen>& seen) {
    size.height = seen[0].size.height;
    size.width = seen[0].size.width;
    for (std::size_t i = 0; i < seen.size(); ++i)
      if (seen[i].size.height != size.height || seen[i].size.width != size.width)
        throw FormatError(text("images: ", printable(path(0)), " has ", shown(size), " pixels, ",
                               printable(path(i)), " ", shown(seen[i].size),
                               "; try to name a size for all"));
  }

  // One image as all are, into the place for it.
  void decode(std::size_t i, std::uint8_t* to) const {
    Image image = read_image(path(i));
    if (image.size.channels > size.channels || options.gray)
      image = with_channels(std::move(image), 1);
    if (options.crop) image = crop(std::move(image), size.height, size.width);
    image = with_channels(resize(std::move(image), size.height, size.width), size.channels);
    std::copy(image.pixels.begin(), image.pixels.end(), to);
  }

  // The same, from memory if it is there.
  void put(std::int64_t i, std::uint8_t* to) const {
    const auto place = static_cast<std::size_t>(i);
    if (i < kept)
      std::copy_n(pixels.data() + place * image_size(), image_size(), to);
    else
      decode(place, to);
  }

  void decode_what_fits() {
    kept = std::min(static_cast<std::int64_t>(options.memory / image_size()), count());
    pixels.resize(image_size() * static_cast<std::size_t>(kept));
    for_all(kept, [&](std::size_t i) { decode(i, pixels.data() + i * image_size()); });
  }

  std::int64_t count() const { return static_cast<std::int64_t>(files.names.size()); }

  std::string folder;
  ImageFolderOptions options;
  ImageFiles files;
  ImageSize size;  // of an image in a batch
  std::uint64_t bytes = 0;
  std::string sha256;
  std::int64_t kept = 0;             // so many images are in memory: the first
  std::vector<std::uint8_t> pixels;  // theirs
};

ImageFolder::ImageFolder(const std::string& folder, const ImageFolderOptions& options) {
  const std::int64_t least = std::min(options.height, options.width);
  constexpr std::int64_t longest_side = 16'384;
  if (std::max(options.height, options.width) > longest_side || least < 0 ||
      (least == 0) != (options.height + options.width == 0))
    throw Error(text("images: ", options.height, " by ", options.width, " pixels; try 1 to ",
                     longest_side, " of both"));
  contents_ = std::make_shared<const Contents>(folder, options);
}

std::int64_t ImageFolder::count() const { return contents_->count(); }

Batch ImageFolder::gather(std::span<const std::int64_t> indices) const {
  detail::check_indices("images", indices, count());
  const std::size_t size = contents_->image_size();
  std::vector<std::uint8_t> some;
  std::vector<std::int64_t> order;
  if (!in_memory()) {
    some.resize(indices.size() * size);
    for (std::size_t i = 0; i < indices.size(); ++i) contents_->put(indices[i], &some[i * size]);
    order = indices_between(0, static_cast<std::int64_t>(indices.size()));
  }
  const Tensor rows =
      in_memory()
          ? gather_bytes(contents_->pixels, static_cast<std::int64_t>(size), indices, 1 / 255.0f)
          : gather_bytes(some, static_cast<std::int64_t>(size), order, 1 / 255.0f);
  const ImageSize& one = contents_->size;
  Batch batch{.inputs = reshape(rows, {rows.size(0), one.channels, one.height, one.width})};
  if (contents_->files.labels.empty()) return batch;
  std::vector<std::int32_t> labels;
  for (const std::int64_t i : indices)
    labels.push_back(contents_->files.labels[static_cast<std::size_t>(i)]);
  batch.targets = from_vector(labels);
  return batch;
}

Examples ImageFolder::examples() const {
  const ImageSize& one = contents_->size;
  return {ImageExample{one.channels, one.height, one.width},
          static_cast<std::int64_t>(contents_->files.classes.size())};
}

const std::vector<std::string>& ImageFolder::classes() const& { return contents_->files.classes; }
const std::vector<std::string>& ImageFolder::files() const& { return contents_->files.names; }
const std::vector<std::string>& ImageFolder::left_out() const& { return contents_->files.left_out; }
bool ImageFolder::in_memory() const { return contents_->kept == count(); }
std::uint64_t ImageFolder::bytes() const { return contents_->bytes; }
const std::string& ImageFolder::sha256() const& { return contents_->sha256; }
bool ImageFolder::is_one(const std::string& folder) { return holds_image_files(folder); }

}  // namespace ebb::nn
