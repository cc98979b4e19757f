#include <doctest/doctest.h>

#include <nn/data/image_files.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>

using namespace ebb;
namespace fs = std::filesystem;

namespace {

struct Folder {
  void put(const std::string& name) const {
    fs::create_directories((folder.path() / name).parent_path());
    write_file(folder.path() / name, "");
  }
  std::string refusal() const {
    return message_of<FormatError>([&] { return nn::list_image_files(folder.path()); });
  }
  TemporaryFolder folder;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("image_files: images by their endings, in order, without labels") {
  const Folder place;
  for (const char* name : {"b.png", "a.JPG", "10.jpeg", "2.png", ".hidden.png", "notes.txt", "png"})
    place.put(name);
  const nn::ImageFiles files = nn::list_image_files(place.folder.path());
  CHECK(files.names == Names{"10.jpeg", "2.png", "a.JPG", "b.png"});
  CHECK(files.left_out == Names{"notes.txt", "png"});
  CHECK(files.labels.empty());
  CHECK(files.classes.empty());
}

TEST_CASE("image_files: folders with images are classes") {
  const Folder place;
  for (const char* name : {"dogs/1.png", "cats/2.jpg", "cats/1.jpg", "cats/deeper/3.jpg",
                           "cats/Thumbs.db", "notes/a.txt", ".git/1.png", "readme"})
    place.put(name);
  const nn::ImageFiles files = nn::list_image_files(place.folder.path());
  CHECK(files.names == Names{"cats/1.jpg", "cats/2.jpg", "dogs/1.png"});
  CHECK(files.labels == std::vector<std::int32_t>{0, 0, 1});
  CHECK(files.classes == Names{"cats", "dogs"});
  CHECK(files.left_out == Names{"readme", "cats/Thumbs.db", "cats/deeper", "notes/a.txt"});
}

TEST_CASE("image_files: links count as what they lead to") {
  const Folder place;
  place.put("there/1.png");
  const fs::path here = place.folder.path() / "here";
  fs::create_directory(here);
  fs::create_directory_symlink("../there", here / "class");
  fs::create_symlink("nowhere", here / "class/lost.png");
  CHECK(nn::list_image_files(here).names == Names{"class/1.png", "class/lost.png"});
  fs::create_directory_symlink("..", here / "class/loop");  // is not followed
  CHECK(nn::list_image_files(here).left_out == Names{"class/loop"});
}

TEST_CASE("image_files: folders of anything else are refused") {
  const Folder place;
  const std::string path = place.folder.path();
  CHECK(place.refusal() ==
        "images: " + path + " holds no file that ends in .png, .jpg or .jpeg; check the path");
  CHECK(!nn::holds_image_files(path));
  place.put("cats/1.png");
  CHECK(nn::holds_image_files(path));
  place.put("1.png");
  CHECK(nn::holds_image_files(path));
  CHECK(place.refusal() == "images: " + path +
                               " holds 1 images beside the folder 'cats' of images; try one or the "
                               "other");
  CHECK(!nn::holds_image_files(path + "/1.png"));
  CHECK(message_of<IoError>([&] { return nn::list_image_files(path + "/none"); }) ==
        "read " + path + "/none: No such file or directory; check the path");
}
