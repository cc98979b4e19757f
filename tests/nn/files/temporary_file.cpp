// Covers: nn/files/io_error.cpp
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <nn/files/file.hpp>
#include <nn/files/temporary_file.hpp>
#include <tensor/error.hpp>
#include <tests/support.hpp>

using namespace ebb;
namespace fs = std::filesystem;

namespace {

std::ptrdiff_t entries(const fs::path& folder) {
  return std::distance(fs::directory_iterator(folder), {});
}

mode_t mode_of(const fs::path& path) {
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

// A process that begins to write the file, and waits.
class Writer final {
 public:
  explicit Writer(const std::string& path) {
    int ready[2];
    REQUIRE(pipe(ready) == 0);
    process_ = fork();
    if (process_ == 0) {
      nn::FileWriter file(path);
      file.write("half of i");
      if (::write(ready[1], "x", 1) != 1) _exit(1);
      for (;;) pause();
    }
    char byte;
    CHECK(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  ~Writer() { die(); }
  void die() {  // like a crash: nothing is cleaned up
    if (process_ <= 0) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }

 private:
  pid_t process_;
};

}  // namespace

TEST_CASE("TemporaryFile: a file that is replaced hands on its mode") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "model";
  for (const mode_t mode : {0600, 0640, 0444, 0755}) {
    nn::write_file(path, "old");
    chmod(path.c_str(), mode);
    nn::write_file(path, "new");
    CHECK(mode_of(path) == mode);
    CHECK(nn::read_file(path) == "new");
    fs::remove(path);
  }
}

TEST_CASE("TemporaryFile: private bytes are private before they have their place, too") {
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "model";
  nn::write_file(path, "old");
  chmod(path.c_str(), 0600);
  const mode_t mask = umask(0);
  {
    nn::FileWriter file(path);
    file.write("secret");
    for (const fs::directory_entry& entry : fs::directory_iterator(folder.path()))
      CHECK(mode_of(entry.path()) == 0600);
  }
  umask(mask);
}

TEST_CASE("TemporaryFile: owner and group are handed on") {
  if (geteuid() != 0) return skip("only root gives files away");
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "model";
  nn::write_file(path, "old");
  REQUIRE(chown(path.c_str(), 12, 34) == 0);
  chmod(path.c_str(), 04750);
  nn::write_file(path, "new");
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK(status.st_uid == 12);
  CHECK(status.st_gid == 34);
  CHECK(mode_of(path) == 04750);
}

TEST_CASE("TemporaryFile: a group that cannot be handed on gives its rights to no other") {
  if (geteuid() != 0) return skip("only root makes files of others");
  const TemporaryFolder folder;
  const fs::path path = folder.path() / "model";
  nn::write_file(path, "old");
  REQUIRE(chown(path.c_str(), 12, 34) == 0);
  chmod(path.c_str(), 0664);
  chmod(folder.path().c_str(), 0777);
  const pid_t other = fork();
  if (other == 0) {
    if (setgid(56) != 0 || setuid(78) != 0) _exit(1);
    try {
      nn::write_file(path, "new");
    } catch (...) {
      _exit(2);
    }
    _exit(0);
  }
  int how = -1;
  waitpid(other, &how, 0);
  CHECK(how == 0);
  struct stat status;
  REQUIRE(stat(path.c_str(), &status) == 0);
  CHECK(status.st_uid == 78);
  CHECK(mode_of(path) == 0644);
}

TEST_CASE("TemporaryFile: a symbolic link stays, and what it means is written") {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "far" / "model", link = folder.path() / "near" / "latest";
  fs::create_directory(folder.path() / "far");
  fs::create_directory(folder.path() / "near");
  nn::write_file(target, "old");
  chmod(target.c_str(), 0600);
  fs::create_symlink("../far/model", link);
  fs::create_symlink(link, folder.path() / "link to link");
  for (const fs::path& path : {link, folder.path() / "link to link"}) {
    nn::write_file(path, path.string());
    CHECK(fs::is_symlink(link));
    CHECK(fs::is_symlink(folder.path() / "link to link"));
    CHECK(nn::read_file(target) == path.string());
    CHECK(mode_of(target) == 0600);
  }
  CHECK(entries(folder.path() / "far") == 1);
  CHECK(entries(folder.path() / "near") == 1);
}

TEST_CASE("TemporaryFile: a link that leads nowhere makes the file that it means") {
  const TemporaryFolder folder;
  const fs::path link = folder.path() / "link";
  fs::create_symlink("not yet", link);
  nn::write_file(link, "ebb");
  CHECK(fs::is_symlink(link));
  CHECK(nn::read_file(folder.path() / "not yet") == "ebb");
  fs::create_symlink("no folder/file", folder.path() / "lost");
  const std::string lost = folder.path() / "lost", loop = folder.path() / "loop";
  CHECK(message_of<IoError>([&] { nn::write_file(lost, "x"); }) ==
        "write " + lost + ": No such file or directory; check the path");
  fs::create_symlink("loop", loop);
  CHECK(message_of<IoError>([&] { nn::write_file(loop, "x"); }) ==
        "write " + loop + ": Too many levels of symbolic links; check the path");
}

TEST_CASE("TemporaryFile: names as long as the system takes are written, and no longer ones") {
  const TemporaryFolder folder;
  for (const std::size_t length : {100, 101, 230, 250, 255}) {
    const fs::path path = folder.path() / std::string(length, 'n');
    nn::write_file(path, "old");
    nn::write_file(path, text(length));
    CHECK(nn::read_file(path) == text(length));
  }
  CHECK(entries(folder.path()) == 5);
  const std::string long_name = folder.path() / std::string(256, 'n');
  CHECK(message_of<IoError>([&] { nn::write_file(long_name, "x"); }) ==
        "write " + long_name + ": File name too long; try a shorter name");
}

TEST_CASE("TemporaryFile: what a crashed program left goes with the next write of that file") {
  const TemporaryFolder folder;
  for (const std::string& name : {std::string("model"), std::string(250, 'n')}) {
    const std::string path = folder.path() / name;
    for (int i = 0; i < 3; ++i) Writer(path).die();
    CHECK(entries(folder.path()) > 0);
    Writer(folder.path() / "another").die();
    nn::write_file(path, "whole");
    CHECK(entries(folder.path()) == 2);  // what was left of another stays
    nn::write_file(folder.path() / "another", "whole");
    CHECK(entries(folder.path()) == 2);
    fs::remove(path);
    fs::remove(folder.path() / "another");
  }
}

TEST_CASE("TemporaryFile: what another program is writing, and what is not ours, stays") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model";
  const Writer other(path);
  nn::FileWriter mine(path);
  for (const char* name : {"model.part-", "model.part-1", "model.part-1-", "model.part--1",
                           "model.part-1-2x", "model.part-1-2-3", "xmodel.part-1-2"})
    write_file(folder.path() / name, "mine");
  fs::create_directory(folder.path() / "model.part-1-2");
  REQUIRE(mkfifo((folder.path() / "model.part-3-4").c_str(), 0600) == 0);
  fs::create_symlink("model.part-1", folder.path() / "model.part-5-6");
  nn::write_file(path, "new");
  CHECK(entries(folder.path()) == 13);  // with the file and the two that are being written
  mine.write("mine");
  mine.commit();
  CHECK(nn::read_file(path) == "mine");
}

TEST_CASE("TemporaryFile: many writers of one file at once do not harm each other") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "model";
  constexpr int writers = 4, times = 30;
  pid_t children[writers];
  for (int w = 0; w < writers; ++w) {
    children[w] = fork();
    if (children[w] != 0) continue;
    try {
      for (int i = 0; i < times; ++i)
        nn::write_file(path, std::string(1000, static_cast<char>('a' + w)));
    } catch (...) {
      _exit(1);
    }
    _exit(0);
  }
  for (const pid_t child : children) {
    int how = -1;
    waitpid(child, &how, 0);
    CHECK(how == 0);
  }
  const std::string bytes = nn::read_file(path);
  CHECK(bytes == std::string(1000, bytes.at(0)));
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("TemporaryFile: messages hold no control characters") {
  const std::string path = "/nowhere/\x1b[31mred\u009b\n";
  CHECK(message_of<IoError>([&] { nn::write_file(path, "x"); }) ==
        "write /nowhere/?[31mred??: No such file or directory; check the path");
  CHECK(message_of<IoError>([&] { return nn::read_file(path); }) ==
        "read /nowhere/?[31mred??: No such file or directory; check the path");
}
