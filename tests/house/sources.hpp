// The files of the house, as the tests about its order read them.
#pragma once

#include <string>
#include <vector>

struct Source {
  std::string path;  // from the root: "tensor/kernels/matmul/matmul.cpp"
  std::string text;

  std::vector<std::string> lines() const;
  std::vector<std::string> includes() const;  // what stands between <> or "", in order
  std::string folder() const;                 // "tensor/kernels"
  bool is_header() const { return path.ends_with(".hpp"); }
  bool is_test() const { return path.starts_with("tests/"); }
};

// Everything below the folders of the house, sorted by path; no build folders, no runs.
const std::vector<Source>& house_files();

// Those of them that are C++: .hpp and .cpp.
std::vector<Source> cpp_files();

// The file of that path, or nullptr.
const Source* find_file(const std::string& path);

// Our headers that the file includes, and what they include, and so on; sorted, without the file.
std::vector<const Source*> headers_behind(const Source& file);

std::vector<std::string> split_lines(const std::string& text);
std::string trimmed(const std::string& line);
