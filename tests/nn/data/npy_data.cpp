#include <doctest/doctest.h>

#include <nn/data/npy_data.hpp>
#include <nn/files/npy.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

struct Files {
  TemporaryFolder folder;
  std::string images = folder.path() / "images.npy";
  std::string labels = folder.path() / "images.labels.npy";

  std::string refusal(const std::string& other = {}) const {
    return message_of<FormatError>([&] { return nn::load_npy(images, other)->count(); });
  }
};

std::vector<std::uint8_t> bytes(int count) {
  std::vector<std::uint8_t> all;
  for (int i = 0; i < count; ++i) all.push_back(static_cast<std::uint8_t>(i));
  return all;
}

const std::vector<std::int64_t> second = {1};

}  // namespace

TEST_CASE("npy_data: bytes are pictures, with channels first, last or not at all") {
  const Files files;
  nn::write_npy(files.images, bytes(24), {2, 3, 4});
  CHECK(nn::load_npy(files.images)->examples() == nn::Examples{nn::ImageExample{1, 3, 4}});
  CHECK(nn::load_npy(files.images)->gather(second).inputs.to_vector<float>()[0] == 12 * (1 / 255.0f));
  nn::write_npy(files.images, bytes(24), {2, 3, 2, 2});
  CHECK(nn::load_npy(files.images)->examples() == nn::Examples{nn::ImageExample{3, 2, 2}});
  nn::write_npy(files.images, bytes(24), {2, 2, 2, 3});
  const nn::Batch batch = nn::load_npy(files.images)->gather(second);
  CHECK(batch.inputs.shape() == Shape{1, 3, 2, 2});
  const std::vector<float> expected = {12, 15, 18, 21, 13, 16, 19, 22, 14, 17, 20, 23};
  const std::vector<float> found = batch.inputs.to_vector<float>();
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(found[i] == expected[i] * (1 / 255.0f));
  CHECK(batch.targets.count() == 0);
}

TEST_CASE("npy_data: other arrays are numbers") {
  const Files files;
  nn::write_npy(files.images, from_vector<double>({1, 2, 3, 4}, {2, 2}));
  const nn::SharedDataset arrays = nn::load_npy(files.images);
  CHECK(arrays->examples() == nn::Examples{nn::ArrayExample{{2}, {0}}});
  CHECK(arrays->gather(second).inputs.dtype() == DType::float32);
  CHECK(arrays->gather(second).inputs.to_vector<float>() == std::vector<float>{3, 4});
}

TEST_CASE("npy_data: labels lie beside, or where they are said to") {
  const Files files;
  const std::string other = files.folder.path() / "other.npy";
  nn::write_npy(files.images, bytes(24), {2, 3, 4});
  CHECK(nn::labels_beside(files.images).empty());
  nn::write_npy(files.labels, from_vector<std::int32_t>({4, 2}));
  nn::write_npy(other, from_vector<std::int32_t>({0, 7}));
  CHECK(nn::labels_beside(files.images) == files.labels);
  CHECK(nn::load_npy(files.images)->examples().classes == 5);
  CHECK(nn::load_npy(files.images)->gather(second).targets.item() == 2);
  CHECK(nn::load_npy(files.images, other)->gather(second).targets.item() == 7);
  nn::write_npy(files.images, from_vector<float>({1, 2, 3, 4}, {2, 2}));
  CHECK(nn::load_npy(files.images, other)->examples() ==
        nn::Examples{nn::ArrayExample{{2}, {}}, 8});
}

TEST_CASE("npy_data: files that do not fit each other, or hold no examples, are refused") {
  const Files files;
  const std::string images = "npy: " + files.images, labels = "npy: " + files.labels;
  nn::write_npy(files.images, bytes(24), {4, 6});
  CHECK(files.refusal() ==
        images +
            " holds bytes of 2 axes that are no pictures; try [n, height, width], or 1 or 3 "
            "channels as the second axis or the last");
  nn::write_npy(files.images, bytes(0), {0, 3, 4});
  CHECK(files.refusal() == images + " holds no examples; its first axis must count them");
  nn::write_npy(files.images, bytes(24), {2, 3, 4});
  nn::write_npy(files.labels, from_vector<std::int32_t>({4, 2, 1}));
  CHECK(files.refusal() == labels + " holds int32 [3]; labels must be whole numbers [2]");
  nn::write_npy(files.labels, from_vector<float>({4, 2}));
  CHECK(files.refusal() == labels + " holds float32 [2]; labels must be whole numbers [2]");
  nn::write_npy(files.labels, from_vector<std::int32_t>({4, 256}));
  CHECK(files.refusal() == labels + " holds the label 256; those of pictures must be 0 to 255");
  nn::write_npy(files.images, from_vector<float>({1, 2, 3}));
  CHECK(files.refusal() == images + " holds [3], " + files.labels +
                               " [2]; the first axis must count the same examples");
}
