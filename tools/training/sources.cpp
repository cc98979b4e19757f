#include <fmt/format.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <nn/data/image_folder.hpp>
#include <nn/data/npy_data.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/sha256.hpp>
#include <tensor/error.hpp>
#include <tools/common/memory.hpp>
#include <tools/training/sources.hpp>
#include <tools/training/sources/table.hpp>
#include <tools/training/sources/text.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

// A file that changes or goes while a run decodes it is broken data.
class Decoded final : public nn::Dataset {
 public:
  explicit Decoded(nn::ImageFolder images) : images_(std::move(images)) {}
  std::int64_t count() const override { return images_.count(); }
  nn::Examples examples() const override { return images_.examples(); }
  nn::Batch gather(std::span<const std::int64_t> indices) const override {
    try {
      return images_.gather(indices);
    } catch (const MemoryError&) {
      throw;
    } catch (const Error& error) {
      throw DataError(error.what());
    }
  }

 private:
  nn::ImageFolder images_;
};

// "32x48": height and width.
std::pair<std::int64_t, std::int64_t> size_from(const std::string& words) {
  std::int64_t height = 0, width = 0;
  char by = 0, more = 0;
  const int found =
      std::sscanf(words.c_str(), "%5" SCNd64 "%c%5" SCNd64 "%c", &height, &by, &width, &more);
  constexpr std::int64_t longest_side = 16'384;
  if (found != 3 || by != 'x' || std::min(height, width) < 1 ||
      std::max(height, width) > longest_side)
    throw UsageError(fmt::format("--size: {} is no height and width, 1 to {} each; try 64x48",
                                 nn::in_quotes(words), longest_side));
  return {height, width};
}

// Files of several sizes need an option, which nn does not know.
nn::ImageFolder open_images(const TrainOptions& options, const nn::ImageFolderOptions& images) {
  try {
    return nn::ImageFolder(options.data, images);
  } catch (const FormatError& error) {
    const std::string what = error.what(), hint = "try to name a size for all";
    if (!what.ends_with(hint)) throw;
    throw DataError(what.substr(0, what.size() - hint.size()) + "try --size, as in --size 64x64");
  }
}

// Do the images lie in two folders, train/ and test/?
bool has_own_test(const std::string& folder) {
  return nn::ImageFolder::is_one(folder + "/train") && nn::ImageFolder::is_one(folder + "/test");
}

// Takes what it keeps from the memory that the options allow.
Source read_folder(const TrainOptions& options, nn::ImageFolderOptions& images) {
  const nn::ImageFolder folder = open_images(options, images);
  Source source{folder};
  source.decoding = !folder.in_memory();
  const std::int64_t bytes = folder.count() * folder.examples().shape().count();
  images.memory -= source.decoding ? images.memory : static_cast<std::uint64_t>(bytes);
  if (source.decoding) {
    source.train = Decoded(folder);
    source.notes.push_back(
        fmt::format("data: {} images are decoded when they are needed; all of them would take {} "
                    "bytes of memory",
                    nn::grouped(folder.count()), nn::grouped(bytes)));
  }
  if (const std::vector<std::string>& others = folder.left_out(); !others.empty())
    source.notes.push_back(
        fmt::format("data: left out what is no .png, .jpg or .jpeg: {}{}", nn::printable(others[0]),
                    others.size() > 1 ? fmt::format(" and {} more", others.size() - 1) : ""));
  source.classes = folder.classes();
  source.files = Json::array();
  source.files.push_back({{"path", fs::absolute(options.data).lexically_normal().string()},
                          {"files", folder.count()},
                          {"bytes", folder.bytes()},
                          {"sha256", folder.sha256()}});
  return source;
}

nn::ImageFolderOptions image_options(const TrainOptions& options) {
  nn::ImageFolderOptions images = {.crop = options.crop, .gray = options.gray};
  if (!options.size.empty()) std::tie(images.height, images.width) = size_from(options.size);
  images.memory = memory_for_data();
  return images;
}

// Images with a test set of their own, which must be of the same kind.
Source read_two_folders(TrainOptions options, nn::ImageFolderOptions& images) {
  const std::string both = options.data;
  options.data = both + "/train";
  Source source = read_folder(options, images);
  options.data = both + "/test";
  Source test = read_folder(options, images);
  const auto refuse = [&](const char* what) {
    const std::string folder = nn::printable(both);
    throw DataError(fmt::format("data: {0}/train and {0}/test hold {1}", folder, what));
  };
  if (source.classes != test.classes) refuse("other folders, which are labels; give both the same");
  if (source.train->examples() != test.train->examples())
    refuse("images of other sizes or colors; try --size and --gray");
  source.test = test.train;
  source.decoding = source.decoding || test.decoding;
  source.notes.insert(source.notes.end(), test.notes.begin(), test.notes.end());
  source.files.push_back(test.files[0]);
  return source;
}

Source read_images(const TrainOptions& options) {
  nn::ImageFolderOptions images = image_options(options);
  return has_own_test(options.data) ? read_two_folders(options, images)
                                    : read_folder(options, images);
}

Source read_npy_file(const TrainOptions& options) {
  const std::string labels =
      options.labels.empty() ? nn::labels_beside(options.data) : options.labels;
  Source source{nn::load_npy(options.data, labels)};
  source.files = Json::array();  // braces around one value mean another thing to clang
  source.files.push_back(describe_file(options.data));
  if (!labels.empty()) source.files.push_back(describe_file(labels));
  return source;
}

bool is_idx(const std::string& name) { return name.find("-ubyte") != std::string::npos; }

Source read_idx_files(const TrainOptions& options) {
  const nn::ImageSplits splits = nn::load_mnist(options.data, {.require_labels = false});
  Source source{splits.train, splits.test};
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(options.data))
    if (is_idx(entry.path().filename()) && entry.is_regular_file())
      paths.push_back(entry.path().string());
  std::sort(paths.begin(), paths.end());
  source.files = Json::array();
  for (const std::string& path : paths) source.files.push_back(describe_file(path));
  return source;
}

bool holds_idx_files(const std::string& folder) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (is_idx(at->path().filename())) return true;
  return false;
}

// Options that only some data have must not be passed by in silence.
void refuse_options(const TrainOptions& options, bool of_images, bool of_npy) {
  const char* const size = !options.size.empty() ? "size"
                           : options.crop        ? "crop"
                           : options.gray        ? "gray"
                                                 : nullptr;
  if (size && !of_images)
    throw UsageError(fmt::format("--{}: goes with a folder of images; try --data", size));
  if (of_images && options.crop && options.size.empty())
    throw UsageError("--crop: to which height and width? try --size 64x64");
  if (!of_npy && !options.labels.empty())
    throw UsageError("--label-file: goes with a .npy file; try --data images.npy");
}

void refuse_text_options(const TrainOptions& options) {
  const TextChoice& text = options.text;
  const char* const said = text.vocabulary.name != "characters"   ? "vocabulary"
                           : text.paragraphs                      ? "paragraphs"
                           : text.longest != TextChoice().longest ? "longest"
                                                                  : nullptr;
  if (said) throw UsageError(fmt::format("--{}: goes with a text; try --data lines.txt", said));
}

void refuse_table_options(const TrainOptions& options) {
  const nn::TableOptions& table = options.table;
  const char* const said = table.header != "guess"  ? "header"
                           : table.skip > 0         ? "skip"
                           : table.decimal_comma    ? "decimal-comma"
                           : table.units            ? "units"
                           : !table.kinds.empty()   ? "kinds"
                           : !table.missing.empty() ? "missing"
                                                    : nullptr;
  if (said) throw UsageError(fmt::format("--{}: goes with a table; try --data table.csv", said));
}

}  // namespace

Json describe_file(const std::string& path) {
  return {{"path", fs::absolute(path).lexically_normal().string()},
          {"bytes", fs::file_size(path)},
          {"sha256", nn::sha256_of_file(path)}};
}

bool is_image_folder(const std::string& path) {
  return nn::ImageFolder::is_one(path) || has_own_test(path);
}

Source read_source(const TrainOptions& options) {
  std::error_code unknown;
  const bool file = fs::is_regular_file(options.data, unknown);
  const bool idx = !file && holds_idx_files(options.data);
  const bool images = !file && !idx && is_image_folder(options.data);
  const bool missing = !options.data.empty() && !fs::exists(options.data, unknown);
  const auto is_of = [&](const char* drawn) {  // a file that this model takes for its own kind
    return file && options.drawn == drawn && !options.data.ends_with(".npy");
  };
  const bool table = file && (is_table_name(options.data) || is_of(drawn_rows));
  const bool texts = file && !table && (options.data.ends_with(".txt") || is_of(drawn_sentences));
  const bool draws_texts = options.data.empty() && options.drawn == drawn_sentences;
  if (!missing) refuse_options(options, images, file && !table && !texts);
  if (!missing && !table) refuse_table_options(options);
  if (!missing && !texts && !draws_texts) refuse_text_options(options);
  if (options.data.empty()) {
    if (options.drawn == drawn_rows) return draw_table_source();
    if (draws_texts) return draw_text_source(options);
    const nn::ImageSplits digits = nn::draw_digits();
    return {digits.train, digits.test};
  }
  if (table) return read_table_source(options);
  if (texts) return read_text_source(options);
  if (file) return read_npy_file(options);
  if (images) return read_images(options);
  if (missing)
    throw FormatError(
        text("data: there is no file or folder ", nn::printable(options.data), "; check the path"));
  const bool folder = !idx && fs::is_directory(options.data, unknown);
  if (folder && options.drawn == drawn_sentences)
    throw FormatError(text("data: ", nn::printable(options.data),
                           " is a folder; a model of texts learns from a file, try --data "
                           "lines.txt"));
  if (folder)
    throw FormatError(text("data: ", nn::printable(options.data),
                           " holds neither images (.png, .jpg) nor MNIST's IDX files; try another "
                           "folder, or a .npy file"));
  return read_idx_files(options);
}

std::string place_of(const std::string& said, const Json& files) {
  std::error_code unknown;
  if (fs::exists(said, unknown)) return said;
  const fs::path first = files.at(0).at("path").get<std::string>();
  const bool two_folders = files.size() == 2 && first.filename() == "train";
  return is_idx(first.filename()) || two_folders ? first.parent_path() : first;
}

}  // namespace ebb::tools
