#include <doctest/doctest.h>
#include <unistd.h>

#include <functional>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

// Exits with that status and that one line, and the folder is as it was.
void check_refused(const fs::path& folder, const std::string& arguments, int status,
                   const std::string& line) {
  const std::vector<std::string> before = names_in(folder);
  const Finished finished = run_train(folder, arguments);
  CHECK_MESSAGE(finished.exit_code == status, arguments, ": ", finished.errors);
  CHECK(finished.errors == "tools/train: " + line + "\n");
  CHECK(finished.output == "");
  CHECK(names_in(folder) == before);
}

const char* const train_images = "train-images-idx3-ubyte";
const char* const train_labels = "train-labels-idx1-ubyte";

// What the program says of a set in which `change` has broken something.
void check_data(const std::function<void(const fs::path&)>& change, const std::string& line) {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.train = 10, .test = 3});
  change(place.path() / "data");
  check_refused(place.path(), "ae --data data", 3, line);
}

void cut(const fs::path& path, std::size_t bytes) {
  const std::string all = read_file(path);
  write_file(path, all.substr(0, all.size() - bytes));
}

void pack(const fs::path& path) {
  write_file(path.string() + ".gz", gzipped(read_file(path)));
  fs::remove(path);
}

}  // namespace

TEST_CASE("refusals: wrong options exit with 2 and leave nothing") {
  const TemporaryFolder place;
  const fs::path here = place.path();
  check_refused(
      here, "", 2,
      "which model? Name ae, vae, wae, vq, semi-supervised, text, table or classifier, as in "
      "tools/train vae; try --help");
  check_refused(here, "gan", 2,
                "model: 'gan' is none of ae, vae, wae, vq, semi-supervised, text, table or "
                "classifier; try --help");
  check_refused(here, "ae --epoch 3", 2, "there is no option --epoch; try --epochs or --help");
  check_refused(here, "vae --epochs ten", 2, "--epochs: 'ten' is not a whole number; try --help");
  check_refused(here, "vae --beta nan", 2, "--beta: nan is out of range, 0 to 1e+16; try --help");
  check_refused(here, "ae --lr -1", 2, "--lr: -1 is out of range, 1e-300 to 1e+300; try --help");
  check_refused(here, "ae --epochs '1\n2'", 2, "--epochs: '1?2' is not a whole number; try --help");
  check_refused(here, "ae --momentum .9", 2,
                "--momentum: adam has none; try --optimizer with one of sgd, rmsprop");
  check_refused(here, "vae --schedule plateau --validation 0", 2,
                "--schedule plateau: goes by the validation loss, and --validation is 0; try 0.1");
  write_image_set(here / "data");
  check_refused(here, "ae --data data --limit 3 --keep best", 2,
                "--validation: 0.1 of 3 images leaves none to train on, or none to select by");
  check_refused(here, "ae --data data --limit 71", 2,
                "--limit: 71 images, but there are 70 to train on");
  fs::create_directory(here / "empty");
  check_refused(here, "ae --out empty", 2, "--out: empty exists already; name a new folder");
  check_refused(here, "ae --out data/t10k-labels-idx1-ubyte", 2,
                "--out: data/t10k-labels-idx1-ubyte exists already; name a new folder");
  // options come first: the data is not even looked at
  check_refused(here, "ae --data nowhere --out empty/", 2,
                "--out: empty/ exists already; name a new folder");
  CHECK(names_in(here / "empty").empty());
  check_refused(here, "ae --data data --out q/.", 2,
                "--out: q/. leads through q, which does not exist; name a new folder");
}

TEST_CASE("refusals: missing data exits with 3 and names what it looked for") {
  check_data([](const fs::path& data) { fs::remove_all(data); },
             "data: there is no file or folder data; check the path");
  check_data(
      [](const fs::path& data) {
        fs::remove_all(data);
        fs::create_directory(data);
      },
      "data: data holds neither images (.png, .jpg) nor MNIST's IDX files; try another folder, or "
      "a "
      ".npy file");
  check_data([](const fs::path& data) { fs::remove(data / train_images); },
             "mnist: data holds no train-images-idx3-ubyte, plain or .gz; try the folder with "
             "MNIST's four IDX files");
  check_data([](const fs::path& data) { fs::remove(data / "t10k-images-idx3-ubyte"); },
             "mnist: data holds no t10k-images-idx3-ubyte, plain or .gz; try the folder with "
             "MNIST's four IDX files");
}

TEST_CASE("refusals: labels that are missing are not missed, and damaged ones are not passed by") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data", {.train = 10, .test = 3});
  const auto exit_code = [&](const std::string& model) {
    return run_train(place.path(), model + " --hidden 4 --latent 2 --epochs 1 --data data")
        .exit_code;
  };
  cut(place.path() / "data" / train_labels, 1);
  CHECK(exit_code("ae") == 3);
  fs::remove(place.path() / "data" / train_labels);
  CHECK(exit_code("ae") == 0);
  fs::remove(place.path() / "data/t10k-labels-idx1-ubyte");
  CHECK(exit_code("vae") == 0);
}

TEST_CASE("refusals: a .gz without its last bytes exits with 3, whichever it is") {
  const TemporaryFolder place;
  const fs::path data = place.path() / "data";
  write_image_set(data, {.train = 10, .test = 3});
  for (const std::string& name : names_in(data)) pack(data / name);
  for (const std::string& name : names_in(data)) {
    const std::string whole = read_file(data / name);
    for (std::size_t bytes = 1; bytes <= 9; ++bytes) {
      cut(data / name, bytes);
      const Finished finished = run_train(place.path(), "ae --latent 2 --data data");
      CHECK_MESSAGE(finished.exit_code == 3, name, " without ", bytes, ": ", finished.errors);
      write_file(data / name, whole);
    }
  }
  CHECK(names_in(place.path()) == std::vector<std::string>{"data"});
}

TEST_CASE("refusals: broken data exits with 3 and says what is wrong") {
  check_data([](const fs::path& data) { cut(data / train_images, 1); },
             "mnist: train-images-idx3-ubyte ends after 375 of 376 bytes; the download was cut "
             "short, try again");
  check_data([](const fs::path& data) { write_file(data / train_images, ""); },
             "mnist: train-images-idx3-ubyte ends after 0 of 16 bytes; the download was cut short, "
             "try again");
  check_data(
      [](const fs::path& data) {
        pack(data / train_images);
        cut(data / "train-images-idx3-ubyte.gz", 4);
      },
      "mnist: train-images-idx3-ubyte.gz ends after 376 bytes but before its check sum; the "
      "download was cut short, try again");
  check_data(
      [](const fs::path& data) {
        fs::copy_file(data / train_labels, data / train_images,
                      fs::copy_options::overwrite_existing);
      },
      "mnist: train-images-idx3-ubyte starts with the bytes 0 0 8 1, not 0 0 8 3; it is no "
      "IDX file of this kind");
  check_data(
      [](const fs::path& data) {
        write_file(data / train_images, idx({4'000'000'000, 60'000, 60'000}, "few"));
      },
      "mnist: train-images-idx3-ubyte declares more bytes than a file can hold");
  check_data(
      [](const fs::path& data) {
        write_file(data / train_images, idx({2'000'000'000, 28, 28}, "few"));
      },
      "mnist: train-images-idx3-ubyte ends after 19 of 1,568,000,000,016 bytes; the download was "
      "cut short, try again");
  check_data(
      [](const fs::path& data) {
        write_file(data / train_images, idx({0, 6, 6}, ""));
      },
      "mnist: train-images-idx3-ubyte declares a length of 0; there is nothing to learn "
      "from");
  check_data(
      [](const fs::path& data) { write_file(data / train_labels, idx({9}, std::string(9, '\1'))); },
      "mnist: train-images-idx3-ubyte holds 10 images, train-labels-idx1-ubyte 9 labels; try the "
      "two files of one set");
  check_data(
      [](const fs::path& data) {
        write_file(data / train_images, idx({10, 5, 6}, std::string(300, '\1')));
      },
      "mnist: images are 5 by 6 in train-images-idx3-ubyte, 6 by 6 in t10k-images-idx3-ubyte; try "
      "the four files of one set");
}

TEST_CASE("refusals: an instruction set that is none is a wrong option") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  RunOptions options;
  options.folder = place.path();
  options.environment = {{"EBB_ISA", "mmx"}};
  const Finished finished = run(train_command("ae --data data", "exec"), options);
  CHECK(finished.exit_code == 2);
  CHECK(lines_of(finished.errors).size() == 1);
  CHECK(finished.errors.starts_with(
      "tools/train: EBB_ISA: unknown instruction set 'mmx'; try one of "));
  CHECK(names_in(place.path()) == std::vector<std::string>{"data"});
}
