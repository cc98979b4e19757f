#include <cerrno>
#include <cstring>
#include <nn/files/io_error.hpp>
#include <nn/files/printable.hpp>
#include <string_view>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

const char* what_to_try(std::string_view action, int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
      return "; free some space or try another disk";
    case EFBIG:
      return "; the limit on file sizes is reached (ulimit -f)";
    case EACCES:
    case EPERM:
    case EROFS:
      return action == "read" ? "; try to become its owner, or ask for a copy"
                              : "; try a folder that you may write to";
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
      return "; check the path";
    case ENAMETOOLONG:
      return "; try a shorter name";
    default:
      return "";
  }
}

}  // namespace

void fail_at(const char* action, const std::string& path, int error) {
  throw IoError(
      text(action, " ", printable(path), ": ", std::strerror(error), what_to_try(action, error)));
}

}  // namespace ebb::nn
