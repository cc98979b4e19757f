#include <doctest/doctest.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <nn/files/npy.hpp>
#include <tests/nn/files/pictures.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

const char* const small_words = "ae --hidden 4 --latent 2 --epochs 1 --data data ";

// Twelve images of two sizes, gray and in color, in two folders.
struct Photos {
  Photos() {
    for (int i = 0; i < 6; ++i) {
      put("cats/" + std::to_string(i) + ".png", png());
      put("dogs/" + std::to_string(i) + ".jpg", i % 2 ? color_jpeg : progressive_jpeg);
    }
  }
  void put(const std::string& name, const std::string& bytes) const {
    fs::create_directories((place.path() / "data" / name).parent_path());
    write_file(place.path() / "data" / name, bytes);
  }
  TemporaryFolder place;
};

void check_refused(const std::function<void(const Photos&)>& change, const std::string& line) {
  const Photos photos;
  change(photos);
  const Finished finished = run_train(photos.place.path(), std::string(small_words) + "--size 8x8");
  CHECK_MESSAGE(finished.exit_code == 3, finished.errors);
  CHECK(finished.errors == "tools/train: " + line + "\n");
  CHECK(names_in(photos.place.path()) == std::vector<std::string>{"data"});
}

}  // namespace

TEST_CASE("images: a folder of files of any size is learned from, and config.json says which") {
  const Photos photos;
  photos.put("notes.txt", "none of them");
  const Finished finished = run_train(
      photos.place.path(), std::string(small_words) + "--size 8x8 --crop --test 0.25 --out a");
  CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
  CHECK(finished.output.find("left out what is no .png, .jpg or .jpeg: notes.txt") !=
        std::string::npos);
  const Json config = Json::parse(read_file(photos.place.path() / "a/config.json"));
  CHECK(config["train_images"] == 9);
  CHECK(config["test_images"] == 3);
  CHECK(config["examples"]["shape"] == Json{3, 8, 8});
  CHECK(config["class_names"] == Json{"cats", "dogs"});
  CHECK(config["data_files"][0]["files"] == 12);
  CHECK(fs::exists(photos.place.path() / "a/reconstructions.png"));
}

TEST_CASE("images: a .npy file is learned from") {
  const TemporaryFolder place;
  ebb::nn::write_npy(place.path() / "data", std::vector<std::uint8_t>(30 * 16, 9), {30, 4, 4});
  const Finished finished = run_train(place.path(), std::string(small_words) + "--out a");
  CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
  CHECK(Json::parse(read_file(place.path() / "a/config.json"))["test_images"] == 3);
}

TEST_CASE("images: a broken one is named, and nothing is left behind") {
  check_refused([](const Photos& photos) { photos.put("cats/3.png", png().substr(0, 60)); },
                "image: data/cats/3.png is cut short: a PNG without its end; try another copy");
  check_refused(
      [](const Photos& photos) {
        photos.put("cats/3.png", png({4, 4}));
      },
      "image: data/cats/3.png is damaged: its header declares other pixels than it holds; "
      "try another copy");
  check_refused(
      [](const Photos& photos) { photos.put("dogs/3.jpg", with_size(color_jpeg, 20, 20)); },
      "image: data/dogs/3.jpg is damaged: its header declares 20 by 20 pixels, but it holds fewer; "
      "try another copy");
  check_refused([](const Photos& photos) { photos.put("dogs/a.JPG", ""); },
                "image: data/dogs/a.JPG is empty; try another copy");
  check_refused(
      [](const Photos& photos) {
        fs::create_symlink("nowhere", photos.place.path() / "data/cats/0.png.png");
      },
      "read data/cats/0.png.png: No such file or directory; check the path");
}
