// A page in a browser, where there is one.
#pragma once

#include <optional>
#include <string>
#include <tests/run.hpp>

// The browser that can be started, "/usr/bin/chromium"; empty: none is installed.
inline std::string browser() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    const Finished found = run({"sh", "-c", std::string("command -v ") + name});
    if (found.exit_code == 0) return found.output.substr(0, found.output.find('\n'));
  }
  return "";
}

// The page after its scripts have run, as text; errors hold what they wrote to the console.
inline Finished dom_of(const std::string& page, const std::string& profile) {
  return run({browser(), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
              "--enable-logging=stderr", "--virtual-time-budget=5000", "--user-data-dir=" + profile,
              "file://" + page});
}

// What stands in the element of that name.
inline std::string text_in(const std::string& dom, const std::string& name) {
  const std::string opening = "id=\"" + name + "\">";
  const std::size_t at = dom.find(opening);
  if (at == std::string::npos) return "";
  const std::size_t begin = at + opening.size();
  return dom.substr(begin, dom.find("</", begin) - begin);
}
