// From a command line to options.
#pragma once

#include <string>
#include <tools/common/options.hpp>
#include <vector>

namespace ebb::tools {

// How a program is called, for --help.
struct Usage {
  std::string program;      // "tools/train"
  std::string word;         // what the one word without a dash is: "MODEL"
  std::string description;  // what the program does, and what that word may be
  std::string second = {};  // what a second such word is: "[CODES]"; empty: there is none
  bool more = false;        // words beyond the first are as many as one likes
};

// The arguments that are neither options nor an option's value, in order.
std::vector<std::string> words_in(const Options& options, int count, const char* const* arguments);
// The first argument that is neither an option nor an option's value; "" where there is none.
std::string first_word(const Options& options, int count, const char* const* arguments);

// Reads options and such words, in any order. False after --help or --version, which it prints.
// Throws UsageError.
bool parse_command_line(const Usage& usage, const Options& options, int count,
                        const char* const* arguments);

// "; try --batch-size or --help": suggests the name nearest to an unknown one.
std::string hint_for(const std::string& name, const Options& options);

}  // namespace ebb::tools
