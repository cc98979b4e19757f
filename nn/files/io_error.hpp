// The message where the system refuses a file.
#pragma once

#include <string>

namespace ebb::nn {

// Throws IoError: "read /data/model: No such file or directory; check the path". `action` is read
// or write, `error` the system's errno.
[[noreturn]] void fail_at(const char* action, const std::string& path, int error);

}  // namespace ebb::nn
