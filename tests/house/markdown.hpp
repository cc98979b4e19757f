// What the READMEs say in code: their blocks, their links, the names that they mention.
#pragma once

#include <string>
#include <tests/house/sources.hpp>
#include <vector>

struct Block {
  std::string language;  // what stands behind the fence: "cpp", "sh"
  std::vector<std::string> lines;
  std::size_t line = 0;  // of its first line in the file, from 1

  std::string text() const;
  // "tensor/matmul.cpp" where the first line is a comment with the path of a file of ours: then the
  // block is a quotation. Otherwise empty.
  std::string quoted_file() const;
  bool is_program() const { return text().find("int main(") != std::string::npos; }
};

std::vector<const Source*> readmes();
std::vector<Block> blocks(const Source& readme, const std::string& language);
std::vector<std::string> links(const Source& readme);         // what stands in ](…)
std::vector<std::string> inline_codes(const Source& readme);  // what stands in `…`, outside blocks
