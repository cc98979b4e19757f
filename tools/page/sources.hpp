// The page's own sources, in the folder web/: they are part of the program.
#pragma once

#include <string>
#include <vector>

namespace ebb::tools {

struct PageSource {
  std::string name, text;
};

// page.html, style.css and the scripts, in the order in which the page runs them.
const std::vector<PageSource>& page_sources();

}  // namespace ebb::tools
