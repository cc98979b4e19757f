#include <regex>
#include <tests/house/markdown.hpp>

namespace {

// The text outside of fenced and indented blocks.
std::string prose(const Source& readme) {
  std::string text;
  bool inside = false;
  for (const std::string& line : readme.lines()) {
    if (line.starts_with("```"))
      inside = !inside;
    else if (!inside && !line.starts_with("    "))
      text += line + '\n';
  }
  return text;
}

std::vector<std::string> matches(const std::string& text, const char* pattern) {
  const std::regex expression(pattern);
  std::vector<std::string> found;
  for (std::sregex_iterator at(text.begin(), text.end(), expression), end; at != end; ++at)
    found.push_back((*at)[1]);
  return found;
}

}  // namespace

std::string Block::text() const {
  std::string all;
  for (const std::string& each : lines) all += each + '\n';
  return all;
}

std::string Block::quoted_file() const {
  if (lines.empty() || !lines.front().starts_with("// ")) return "";
  const std::string path = lines.front().substr(3);
  return find_file(path) ? path : "";
}

std::vector<const Source*> readmes() {
  std::vector<const Source*> found;
  for (const Source& file : house_files())
    if (file.path.ends_with(".md")) found.push_back(&file);
  return found;
}

std::vector<Block> blocks(const Source& readme, const std::string& language) {
  std::vector<Block> found;
  Block block;
  bool inside = false;
  std::size_t number = 0;
  for (const std::string& line : readme.lines()) {
    ++number;
    if (!line.starts_with("```")) {
      if (inside) block.lines.push_back(line);
    } else if (!inside) {
      inside = true;
      block = {line.substr(3), {}, number + 1};
    } else {
      inside = false;
      if (block.language == language) found.push_back(block);
    }
  }
  return found;
}

std::vector<std::string> links(const Source& readme) {
  return matches(prose(readme), R"(\]\(([^)#]+)\))");
}

std::vector<std::string> inline_codes(const Source& readme) {
  return matches(prose(readme), "`([^`\n]+)`");
}
