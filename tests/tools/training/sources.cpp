#include <doctest/doctest.h>

#include <tensor/error.hpp>
#include <tests/tools/training/small_folder.hpp>
#include <tools/training/sources.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

std::string source_refusal(const TrainOptions& options) {
  return message_of<UsageError>([&] { return read_source(options).train->count(); });
}
// DataError, or the error of who read the files.
std::string source_error(const TrainOptions& options) {
  return message_of<std::runtime_error>([&] { return read_source(options).train->count(); });
}

}  // namespace

TEST_CASE("sources: what is left out of a folder is told") {
  const Folder folder;
  write_file(folder.place.path() / "data/notes.txt", "");
  CHECK(read_source(folder.options()).notes ==
        std::vector<std::string>{"data: left out what is no .png, .jpg or .jpeg: notes.txt"});
  write_file(folder.place.path() / "data/more.txt", "");
  CHECK(read_source(folder.options()).notes[0].ends_with("more.txt and 1 more"));
}

TEST_CASE("sources: options that do not fit the data are refused") {
  const Folder folder;
  TrainOptions options = folder.options();
  for (const char* size : {"2", "2x", "x3", "2x3x4", "0x3", "2x-3", "2 by 3", "20000x2", "2x3 "}) {
    options.size = size;
    CHECK(source_refusal(options) ==
          "--size: '" + std::string(size) + "' is no height and width, 1 to 16384 each; try 64x48");
  }
  options.size.clear();
  CHECK(source_error(options).find("4 by 3; try --size, as in --size 64x64") != std::string::npos);
  options.crop = true;
  CHECK(source_refusal(options) == "--crop: to which height and width? try --size 64x64");
  options = folder.options();
  options.labels = "labels.npy";
  CHECK(source_refusal(options) == "--label-file: goes with a .npy file; try --data images.npy");
  options.labels.clear();
  options = {};
  options.size = "2x3";
  CHECK(source_refusal(options) == "--size: goes with a folder of images; try --data");
  options = {};
  options.gray = true;
  CHECK(source_refusal(options) == "--gray: goes with a folder of images; try --data");
  options = {};
  options.data = folder.place.path();
  CHECK(source_error(options) == "data: " + options.data +
                                     " holds neither images (.png, .jpg) nor MNIST's IDX files; "
                                     "try another folder, or a .npy file");
}

TEST_CASE("sources: a folder that is missing is missing, whatever else was asked for") {
  const TemporaryFolder place;
  TrainOptions options;
  options.data = place.path() / "none";
  options.size = "2x3";
  CHECK(source_error(options) ==
        "data: there is no file or folder " + options.data + "; check the path");
}

TEST_CASE("sources: the data of a run are where its option says, or where they were") {
  const Folder folder;
  const std::string data = folder.options().data;
  const auto files = read_source(folder.options()).files;
  CHECK(place_of(data, files) == data);
  CHECK(place_of("elsewhere", files) == data);
  CHECK(place_of("elsewhere", {{{"path", "/old/train-images-idx3-ubyte"}}}) == "/old");
}

TEST_CASE("sources: folders train and test are a test set of their own") {
  const TemporaryFolder place;
  write_image_folder(place.path() / "data/train");
  write_image_folder(place.path() / "data/test");
  std::filesystem::remove(place.path() / "data/test/dogs/7.png");
  write_file(place.path() / "data/test/cats/notes.txt", "");
  TrainOptions options;
  options.data = place.path() / "data";
  options.size = "2x3";
  CHECK(is_image_folder(options.data));
  const Source source = read_source(options);
  CHECK(source.train->count() == 12);
  CHECK((*source.test)->count() == 11);
  CHECK(source.classes == std::vector<std::string>{"cats", "dogs"});
  CHECK(source.notes.size() == 1);
  CHECK(source.files.size() == 2);
  CHECK(place_of("elsewhere", source.files) == options.data);
  std::filesystem::rename(place.path() / "data/test/dogs", place.path() / "data/test/birds");
  CHECK(source_error(options) == "data: " + options.data + "/train and " + options.data +
                                     "/test hold other folders, which are labels; give both the "
                                     "same");
  std::filesystem::remove_all(place.path() / "data/test");
  write_image_folder(place.path() / "data/test");
  std::filesystem::remove(place.path() / "data/test/cats/0.png");
  write_file(place.path() / "data/test/cats/0.jpg", color_jpeg);
  CHECK(source_error(options) == "data: " + options.data + "/train and " + options.data +
                                     "/test hold images of other sizes or colors; try --size and "
                                     "--gray");
}

TEST_CASE("sources: files in train and test need no labels") {
  const TemporaryFolder place;
  for (const char* part : {"train", "test"}) {
    std::filesystem::create_directories(place.path() / part);
    write_file(place.path() / part / "0.jpg", color_jpeg);
  }
  TrainOptions options;
  options.data = place.path();
  const Source source = read_source(options);
  CHECK(source.train->examples().classes == 0);
  CHECK((*source.test)->count() == 1);
}
