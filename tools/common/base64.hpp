// Bytes as text.
#pragma once

#include <string>
#include <string_view>

namespace ebb::tools {

// RFC 4648, with '=' at the end.
std::string base64(std::string_view bytes);

}  // namespace ebb::tools
