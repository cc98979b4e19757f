#include <algorithm>
#include <filesystem>
#include <regex>
#include <set>
#include <tests/house/sources.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string trimmed(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return line.substr(begin, line.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string> Source::lines() const { return split_lines(text); }

std::vector<std::string> Source::includes() const {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  std::vector<std::string> found;
  std::smatch match;
  for (const std::string& line : lines())
    if (std::regex_search(line, match, include)) found.push_back(match[1]);
  return found;
}

std::string Source::folder() const { return fs::path(path).parent_path().string(); }

const std::vector<Source>& house_files() {
  static const std::vector<Source> files = [] {
    const fs::path root = source_folder;
    std::vector<Source> found;
    const auto add = [&](const fs::path& file) {
      found.push_back({fs::relative(file, root).generic_string(), read_file(file)});
    };
    for (const auto& entry : fs::directory_iterator(root))
      if (entry.is_regular_file() && entry.path().filename() != ".git") add(entry.path());
    for (const char* folder : {"autograd", "models", "nn", "tensor", "tests", "tools", ".ci"})
      for (const auto& entry : fs::recursive_directory_iterator(root / folder))
        if (entry.is_regular_file()) add(entry.path());
    std::sort(found.begin(), found.end(),
              [](const Source& a, const Source& b) { return a.path < b.path; });
    return found;
  }();
  return files;
}

std::vector<Source> cpp_files() {
  std::vector<Source> found;
  for (const Source& file : house_files())
    if (file.path.ends_with(".hpp") || file.path.ends_with(".cpp")) found.push_back(file);
  return found;
}

const Source* find_file(const std::string& path) {
  for (const Source& file : house_files())
    if (file.path == path) return &file;
  return nullptr;
}

std::vector<const Source*> headers_behind(const Source& file) {
  std::set<const Source*> seen;
  std::vector<const Source*> waiting = {&file};
  while (!waiting.empty()) {
    const Source* next = waiting.back();
    waiting.pop_back();
    for (const std::string& include : next->includes())
      if (const Source* header = find_file(include); header && seen.insert(header).second)
        waiting.push_back(header);
  }
  std::vector<const Source*> sorted(seen.begin(), seen.end());
  std::sort(sorted.begin(), sorted.end(),
            [](const Source* a, const Source* b) { return a->path < b->path; });
  return sorted;
}
