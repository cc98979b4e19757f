#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <nn/data/idx.hpp>
#include <tensor/error.hpp>
#include <tests/nn/data/idx_refusals.hpp>

using namespace ebb;
using nn::load_mnist;
using nn::read_idx;

namespace {

// A folder with a tiny set: 3 training and 2 test images of 2 by 4.
struct TinyMnist {
  TinyMnist() {
    put("train-images-idx3-ubyte", idx({3, 2, 4}, noise(24)));
    put("train-labels-idx1-ubyte", idx({3}, "\1\2\3"));
    put("t10k-images-idx3-ubyte", idx({2, 2, 4}, noise(16)));
    put("t10k-labels-idx1-ubyte", idx({2}, "\4\xff"));
  }
  void put(const std::string& name, const std::string& bytes) const {
    write_file(folder.path() / name, bytes);
  }
  void rename(const std::string& from, const std::string& to) const {
    std::filesystem::rename(folder.path() / from, folder.path() / to);
  }
  std::string refusal() const {
    return ::refusal([&] { return load_mnist(folder.path()); });
  }
  TemporaryFolder folder;
};

}  // namespace

TEST_CASE("read_idx: lengths and bytes come out of plain and gzipped files") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file", data = noise(3'000'000);
  for (const std::string& bytes :
       {idx({3, 1000, 1000}, data), gzipped(idx({3, 1000, 1000}, data))}) {
    write_file(path, bytes);
    const nn::IdxFile file = read_idx(path, 3);
    CHECK(file.lengths == std::vector<std::int64_t>{3, 1000, 1000});
    CHECK(std::string(file.bytes.begin(), file.bytes.end()) == data);
  }
  write_file(path, idx({2}, "ab"));
  CHECK(read_idx(path, 1).bytes == std::vector<std::uint8_t>{'a', 'b'});
  CHECK_THROWS_WITH_AS(read_idx(path, 5), "idx: 5 axes; try 1 to 4", Error);
}

TEST_CASE("read_idx: a file cut at any length is refused, plain or gzipped") {
  const std::string plain = idx({2, 3, 4}, noise(24)), packed = gzipped(plain);
  for (std::size_t length = 0; length < plain.size(); ++length)
    CHECK(refusal_of(plain.substr(0, length)) ==
          "mnist: file ends after " + std::to_string(length) + " of " +
              (length < 16 ? "16" : "40") + " bytes; the download was cut short, try again");
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CAPTURE(length);
    const std::string message = refusal_of(packed.substr(0, length));
    CHECK(message.find("mnist: file ends after ") == 0);
    CHECK(message.find("the download was cut short, try again") != std::string::npos);
  }
  CHECK(refusal_of(idx({60'000, 28, 28}, std::string(1187, 'x'))) ==
        "mnist: file ends after 1,203 of 47,040,016 bytes; the download was cut short, try again");
}

TEST_CASE("read_idx: a .gz without its last bytes is refused, also where all pixels came") {
  for (const std::uint32_t side : {1023, 1024, 1025}) {  // pieces of 1024 times 1024 are read
    const std::string packed = gzipped(idx({1, side, 1024}, noise(side * 1024)));
    for (std::size_t cut = 1; cut <= 9; ++cut) {
      CAPTURE(cut);
      CHECK(refusal_of(packed.substr(0, packed.size() - cut)).find("the download was cut short") !=
            std::string::npos);
    }
    CHECK(refusal_of(packed) == "it was taken");
    CHECK(refusal_of(packed + '\0') ==
          "mnist: file is followed by bytes that are not packed; try another copy");
  }
}

TEST_CASE("read_idx: a gzipped file with a byte changed in its data is refused") {
  const std::string packed = gzipped(idx({2, 3, 4}, noise(24)));
  for (std::size_t i = 10; i < packed.size(); ++i) {  // behind the gzip header
    CAPTURE(i);
    std::string changed = packed;
    changed[i] = static_cast<char>(changed[i] ^ 0x55);
    CHECK(refusal_of(changed).find("mnist: file ") == 0);
  }
  std::string changed = packed;
  changed[packed.size() - 8] = static_cast<char>(changed[packed.size() - 8] ^ 1);
  CHECK(refusal_of(changed) == "mnist: file is damaged and cannot be unpacked; try another copy");
}

TEST_CASE("read_idx: another magic number, type or number of axes is refused") {
  const std::string start = "mnist: file starts with the bytes ";
  CHECK(refusal_of(idx({24}, noise(24))) ==
        start + "0 0 8 1, not 0 0 8 3; it is no IDX file of this kind");
  CHECK(refusal_of(idx({2, 3, 4}, noise(24)), 1) ==
        start + "0 0 8 3, not 0 0 8 1; it is no IDX file of this kind");
  CHECK(refusal_of("\x89PNG and so on, long enough") ==
        start + "137 80 78 71, not 0 0 8 3; it is no IDX file of this kind");
  std::string floats = idx({2, 3, 4}, noise(24));
  floats[2] = 0x0d;
  CHECK(refusal_of(floats) == start + "0 0 13 3, not 0 0 8 3; it is no IDX file of this kind");
}

TEST_CASE("read_idx: what comes behind the declared bytes is refused, and not read") {
  const std::string more =
      "mnist: file holds more than the 40 bytes that its first ones declare; try another copy";
  CHECK(refusal_of(idx({2, 3, 4}, noise(25))) == more);
  CHECK(refusal_of(gzipped(idx({2, 3, 4}, noise(25)))) == more);
  CHECK(refusal_of(gzipped(idx({2, 3, 4}, std::string(16 << 20, '\0')))) == more);
}

TEST_CASE("read_idx: what is missing, a folder or not readable is an IoError") {
  const TemporaryFolder folder;
  const std::string missing = folder.path() / "missing", there = folder.path() / "file";
  CHECK_THROWS_WITH_AS(
      read_idx(missing, 1),
      text("read ", missing, ": No such file or directory; check the path").c_str(), IoError);
  CHECK_THROWS_WITH_AS(
      read_idx(folder.path(), 1),
      text("read ", folder.path().string(), ": it is no file; check the path").c_str(), IoError);
  write_file(there, idx({2}, "ab"));  // a process can be out of file numbers
  rlimit before;
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit none = {0, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  CHECK_THROWS_WITH_AS(read_idx(there, 1), text("read ", there, ": Too many open files").c_str(),
                       IoError);
  setrlimit(RLIMIT_NOFILE, &before);
}

TEST_CASE("load_mnist: both splits with their labels, plain, gzipped and spelled with a dot") {
  const TinyMnist mnist;
  const auto check = [&] {
    const auto [train, test] = load_mnist(mnist.folder.path());
    CHECK(train.count() == 3);
    CHECK(train.height() == 2);
    CHECK(train.width() == 4);
    CHECK(train.label(2) == 3);
    CHECK(test.count() == 2);
    CHECK(test.label(1) == 255);
    CHECK(test.image(0)[3] == static_cast<std::uint8_t>(noise(4)[3]));
  };
  check();
  mnist.rename("t10k-labels-idx1-ubyte", "t10k-labels.idx1-ubyte");
  mnist.put("train-images-idx3-ubyte.gz", gzipped(idx({3, 2, 4}, noise(24))));
  std::filesystem::remove(mnist.folder.path() / "train-images-idx3-ubyte");
  check();
  mnist.rename("train-images-idx3-ubyte.gz", "train-images.idx3-ubyte.gz");
  check();
}

TEST_CASE("load_mnist: a folder without one of the files names the one it looked for") {
  const TinyMnist mnist;
  const std::string folder = mnist.folder.path();
  for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                           "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"}) {
    mnist.rename(name, "away");
    CHECK(mnist.refusal() == "IoError: mnist: " + folder + " holds no " + name +
                                 ", plain or .gz; try the folder with MNIST's four IDX files");
    mnist.rename("away", name);
  }
  CHECK(mnist.refusal() == "it was taken");
}

TEST_CASE("load_mnist: a missing folder is not one that lacks files") {
  CHECK(refusal([] { return load_mnist("/no\x1bwhere"); }) ==
        "IoError: mnist: cannot open the folder /no?where: No such file or directory; check the "
        "path");
  const TinyMnist mnist;
  const std::string file = mnist.folder.path() / "t10k-labels-idx1-ubyte";
  CHECK(refusal([&] { return load_mnist(file); }) ==
        "IoError: mnist: cannot open the folder " + file + ": Not a directory; check the path");
  if (geteuid() == 0) return;  // root may open any
  chmod(mnist.folder.path().c_str(), 0);
  CHECK(mnist.refusal() == "IoError: mnist: cannot open the folder " +
                               mnist.folder.path().string() +
                               ": Permission denied; check the path");
  chmod(mnist.folder.path().c_str(), 0700);
}

TEST_CASE("load_mnist: labels may be left out by whom they are not required, but not be wrong") {
  const TinyMnist mnist;
  const std::string folder = mnist.folder.path();
  const auto load = [&] { return load_mnist(folder, {.require_labels = false}); };
  CHECK(load().train.label(2) == 3);
  mnist.rename("t10k-labels-idx1-ubyte", "away");
  CHECK(load().train.label(2) == 3);
  const ebb::nn::ImageDataset test = load().test;
  CHECK(test.count() == 2);
  CHECK(test.labels().empty());
  mnist.put("train-labels-idx1-ubyte", idx({2}, "\1\2"));
  CHECK(refusal([&] { return load(); }).find("labels; try the two files of one set") !=
        std::string::npos);
  mnist.rename("train-images-idx3-ubyte", "away");
  CHECK(refusal([&] { return load(); }).find("holds no train-images-idx3-ubyte") !=
        std::string::npos);
}

TEST_CASE("load_mnist: images and labels, train and test must agree") {
  const TinyMnist mnist;
  mnist.put("train-labels-idx1-ubyte", idx({2}, "\1\2"));
  CHECK(mnist.refusal() ==
        "mnist: train-images-idx3-ubyte holds 3 images, train-labels-idx1-ubyte 2 labels; try the "
        "two files of one set");
  mnist.put("train-labels-idx1-ubyte", idx({3}, "\1\2\3"));
  mnist.put("t10k-images-idx3-ubyte", idx({2, 4, 2}, noise(16)));
  CHECK(mnist.refusal() ==
        "mnist: images are 2 by 4 in train-images-idx3-ubyte, 4 by 2 in t10k-images-idx3-ubyte; "
        "try the four files of one set");
  mnist.put("t10k-images-idx3-ubyte", idx({2, 20'000, 1}, std::string(40'000, 'x')));
  CHECK(mnist.refusal() ==
        "mnist: t10k-images-idx3-ubyte declares images of 20000 by 1; a side can be at most 16384");
}

TEST_CASE("load_mnist: the real one has its counts, labels and mean pixel") {
  const char* data = std::getenv("EBB_DATA");
  if (!data || !std::filesystem::exists(std::filesystem::path(data) / "mnist"))
    return skip("EBB_DATA names no folder with mnist/");
  const auto [train, test] = load_mnist(std::filesystem::path(data) / "mnist");
  CHECK(train.count() == 60'000);
  CHECK(test.count() == 10'000);
  CHECK(train.image_size() == 784);
  CHECK(train.label(0) == 5);
  CHECK(test.label(0) == 7);
  double sum = 0;
  for (std::uint8_t pixel : train.pixels()) sum += pixel;
  CHECK(sum / 255 / static_cast<double>(train.pixels().size()) ==
        doctest::Approx(0.1307).epsilon(1e-3));
}
