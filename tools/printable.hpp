// What may be shown on a terminal.
#pragma once

#include <string>
#include <string_view>

// The text with a '?' for each control character (C0, DEL, C1) and each byte that is no UTF-8.
// Names of files may hold anything, and a terminal obeys some of that.
std::string printable(std::string_view text);
