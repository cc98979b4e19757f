#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <nn/files/file.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

std::ptrdiff_t entries(const std::filesystem::path& folder) {
  return std::distance(std::filesystem::directory_iterator(folder), {});
}

std::string message_of_write(const std::string& path, std::string_view bytes) {
  try {
    nn::write_file(path, bytes);
  } catch (const IoError& error) {
    return error.what();
  }
  return "";
}

// While it lives no file grows beyond `bytes`: a full disk for tests.
class FileSizeLimit final {
 public:
  explicit FileSizeLimit(rlim_t bytes) : signal_before_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_before_);
  }

 private:
  void (*signal_before_)(int);
  rlimit before_;
};

}  // namespace

TEST_CASE("write_file: what is written is read again, empty files and zeros included") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "a file";
  for (const std::string& bytes :
       {std::string(), std::string("ebb\0\xff\n", 6), std::string(300'000, 'x')}) {
    nn::write_file(path, bytes);
    CHECK(nn::read_file(path) == bytes);
  }
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("write_file: a new file gets the usual permissions, not those of a temporary one") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  const mode_t mask = umask(022);
  nn::write_file(path, "ebb");
  umask(mask);
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0644);
}

TEST_CASE("write_file: a path without a folder lies in the current one") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  nn::write_file("here", "ebb");
  std::filesystem::current_path(before);
  CHECK(nn::read_file(folder.path() / "here") == "ebb");
}

TEST_CASE("write_file: on a full disk the old file stays and nothing else does") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model";
  nn::write_file(path, "old");
  std::string message;
  {
    const FileSizeLimit limit(1000);
    message = message_of_write(path, std::string(5000, 'x'));
  }
  CHECK(message ==
        "write " + path + ": File too large; the limit on file sizes is reached (ulimit -f)");
  CHECK(nn::read_file(path) == "old");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("FileWriter: before commit, and without it, the old file is there untouched") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  nn::write_file(path, "old");
  {
    nn::FileWriter file(path);
    file.write("ne");
    CHECK(nn::read_file(path) == "old");
    file.write("w");
  }
  CHECK(nn::read_file(path) == "old");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("FileWriter: two writers of one path do not mix; the last commit wins") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  nn::FileWriter one(path), two(path);
  one.write("one");
  two.write("two");
  two.commit();
  one.commit();
  CHECK(nn::read_file(path) == "one");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("write_file: a missing folder, a file as folder and a folder as file are refused") {
  const TemporaryFolder folder;
  const std::string missing = folder.path() / "missing" / "file";
  CHECK(message_of_write(missing, "x") ==
        "write " + missing + ": No such file or directory; check the path");
  nn::write_file(folder.path() / "file", "ebb");
  const std::string below = folder.path() / "file" / "below";
  CHECK(message_of_write(below, "x").find("Not a directory") != std::string::npos);
  CHECK(message_of_write(folder.path(), "x") ==
        "write " + folder.path().string() +
            ": a folder or device of that name is there already; try another name");
  CHECK(message_of_write("/dev/null", "x").find("device") != std::string::npos);
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("write_file: a folder that nobody may write to is refused") {
  if (geteuid() == 0) return skip("root may write everywhere");
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  chmod(folder.path().c_str(), 0555);
  CHECK(message_of_write(path, "x") ==
        "write " + path + ": Permission denied; try a folder that you may write to");
  chmod(folder.path().c_str(), 0755);
}

TEST_CASE("read_file: what is missing or no file is an error that names it") {
  const TemporaryFolder folder;
  const std::string missing = folder.path() / "missing";
  CHECK_THROWS_WITH_AS(nn::read_file(missing),
                       ("read " + missing + ": No such file or directory; check the path").c_str(),
                       IoError);
  CHECK_THROWS_WITH_AS(
      nn::read_file(folder.path()),
      ("read " + folder.path().string() + ": it is no file; check the path").c_str(), IoError);
}

TEST_CASE("FileReader: a file that ends early is an error, not old memory") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "file";
  nn::write_file(path, "12345678");
  nn::FileReader file(path);
  CHECK(file.size() == 8);
  char bytes[16];
  file.read(bytes, 3);
  CHECK(std::string_view(bytes, 3) == "123");
  CHECK_THROWS_WITH_AS(
      file.read(bytes, 6),
      ("read " + path + ": it became shorter while it was read; try again").c_str(), IoError);
}
