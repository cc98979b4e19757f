#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <nn/files/io_error.hpp>
#include <nn/files/printable.hpp>
#include <nn/files/temporary_file.hpp>
#include <string_view>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

constexpr mode_t anybody = 0666, nobody_else = 0600;
constexpr std::size_t longest_name = 100;  // some file systems take 143 letters and no more

std::string follow_links(std::string path) {
  char target[PATH_MAX];
  for (int links = 0; links < 40; ++links) {
    const ssize_t length = readlink(path.c_str(), target, sizeof target);
    if (length < 0) return path;
    const std::string folder =
        target[0] == '/' ? std::string() : path.substr(0, path.rfind('/') + 1);
    path = folder + std::string(target, static_cast<std::size_t>(length));
  }
  errno = ELOOP;
  return {};
}

// What the names of all temporary files for this one start with. A long name would become too long
// for the system: a number stands for it (Fowler, Noll and Vo's FNV-1a).
std::string start_of_names(const std::string& name) {
  if (name.size() <= longest_name) return name + ".part-";
  std::uint64_t sum = 14695981039346656037u;
  for (const char letter : name) sum = (sum ^ static_cast<unsigned char>(letter)) * 1099511628211u;
  return text("file-", sum, ".part-");
}

// Two numbers with a dash in between?
bool is_end_of_name(std::string_view end) {
  const std::size_t dash = end.find('-');
  return dash != 0 && dash < end.size() - 1 && dash != end.npos &&
         end.find_first_not_of("0123456789", dash + 1) == end.npos &&
         end.find_first_not_of("0123456789") == dash;
}

bool is_same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// A lock ends with the process that holds it, so a file that can be locked is in nobody's use. The
// name is looked up once more under the lock: it may have gone to another file since it was opened.
void remove_if_stray(int folder, const char* name) {
  const Descriptor file(openat(folder, name, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat opened, named;
  if (file.is_open() && flock(file.number(), LOCK_EX | LOCK_NB) == 0 &&
      fstat(file.number(), &opened) == 0 && S_ISREG(opened.st_mode) &&
      fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && is_same_file(opened, named))
    unlinkat(folder, name, 0);
}

// Some file systems cannot synchronize and say EINVAL: nothing is wrong with the file then.
bool synchronized(int file) { return fsync(file) == 0 || errno == EINVAL; }

}  // namespace

Descriptor::~Descriptor() { close(); }

bool Descriptor::close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

TemporaryFile::TemporaryFile(const std::string& path) : path_(path) {
  find_place();
  remove_strays();
  create();
}

TemporaryFile::~TemporaryFile() {
  if (!temporary_.empty()) unlinkat(folder_.number(), temporary_.c_str(), 0);
}

void TemporaryFile::fail() const { fail_at("write", path_, errno); }

void TemporaryFile::find_place() {
  struct stat status;
  const bool is_there = stat(path_.c_str(), &status) == 0;
  if (is_there && !S_ISREG(status.st_mode))
    throw IoError(text("write ", printable(path_),
                       ": a folder or device of that name is there already; try another name"));
  const std::string target = follow_links(path_);
  if (target.empty()) fail();
  const std::size_t name_at = target.rfind('/') + 1;  // 0 where there is no slash
  name_ = target.substr(name_at);
  const std::string folder = name_at > 0 ? target.substr(0, name_at) : ".";
  folder_ = Descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.is_open()) fail();
  if (fstatat(folder_.number(), name_.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0)
    replaces_ = true;
  else if (errno != ENOENT || name_.empty())
    fail();
  start_ = start_of_names(name_);
}

// Failures here are ignored: a stray that stays only takes some room.
void TemporaryFile::remove_strays() const {
  const int list = openat(folder_.number(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (list < 0) return;
  DIR* const entries = fdopendir(list);
  if (entries == nullptr) {
    close(list);
    return;
  }
  while (const dirent* const entry = readdir(entries)) {
    const std::string_view name = entry->d_name;
    if (name.starts_with(start_) && is_end_of_name(name.substr(start_.size())))
      remove_if_stray(folder_.number(), entry->d_name);
  }
  closedir(entries);
}

// O_EXCL decides between two writers. Between its creation and its lock a file can be taken for a
// stray: then it is locked by whoever removes it, or has no name any more.
void TemporaryFile::create() {
  for (int i = 0;; ++i) {
    std::string name = text(start_, getpid(), '-', i);
    Descriptor file(openat(folder_.number(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                           replaces_ ? nobody_else : anybody));
    if (!file.is_open() && errno != EEXIST) fail();
    if (!file.is_open()) continue;
    const bool lost = flock(file.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    struct stat status;
    if (lost || (fstat(file.number(), &status) == 0 && status.st_nlink == 0)) continue;
    file_ = std::move(file);
    temporary_ = std::move(name);
    return;
  }
}

// Where the file cannot be given to the group that it had, our own group gets no more than
// everybody has. Only root gives files to others: for anybody else the file is their own from now
// on.
void TemporaryFile::keep_owner_and_mode() const {
  struct stat before, now;
  if (fstatat(folder_.number(), name_.c_str(), &before, AT_SYMLINK_NOFOLLOW) != 0 ||
      fstat(file_.number(), &now) != 0)
    return;
  constexpr auto as_it_is = static_cast<uid_t>(-1);
  mode_t mode = before.st_mode & 07777;
  if (before.st_gid != now.st_gid && fchown(file_.number(), as_it_is, before.st_gid) != 0)
    mode &= 01707 | (mode & 7) << 3;
  if (before.st_uid != now.st_uid && fchown(file_.number(), before.st_uid, as_it_is) != 0)
    mode &= 0777;
  fchmod(file_.number(), mode);
}

void TemporaryFile::take_place() {
  keep_owner_and_mode();
  if (!synchronized(file_.number())) fail();
  // The lock lasts until the last descriptor is closed, and it must last until the file has its
  // name.
  const Descriptor lock(fcntl(file_.number(), F_DUPFD_CLOEXEC, 0));
  if (!lock.is_open() || !file_.close()) fail();
  if (renameat(folder_.number(), temporary_.c_str(), folder_.number(), name_.c_str()) != 0) fail();
  temporary_.clear();
  if (!synchronized(folder_.number())) fail();  // a new name is on the disk when its folder is
}

}  // namespace ebb::nn
