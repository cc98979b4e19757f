#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <tests/house/markdown.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

namespace {

void replace(std::string& text, const std::string& from, const std::string& to) {
  for (std::size_t at; (at = text.find(from)) != std::string::npos;)
    text.replace(at, from.size(), to);
}

std::string folder_of_mnist() {
  const char* data = std::getenv("EBB_DATA");
  const std::string folder = data ? std::string(data) + "/mnist" : "";
  return fs::exists(folder) ? folder : "";
}

// The line as it is run here: all of this program is tools/test already, MNIST may not be at hand,
// what trains sees fewer images, what measures only shows that it runs, and a program without the
// sanitizers does not link with them.
std::string runnable(std::string line) {
  line = trimmed(line.substr(0, line.find(" #")));
  if (line.find("tools/test") != std::string::npos) return "";
  if (line.find("/path/to/mnist") != std::string::npos) {
    if (folder_of_mnist().empty()) return "";
    replace(line, "/path/to/mnist", folder_of_mnist());
  }
  if (line.starts_with("c++ ") && sanitizers != "none") return "";
  if (line.starts_with("tools/sweep ")) return line + " --limit 100 --epochs 1 --seeds 1";
  const bool trains = line.starts_with("tools/train ") &&
                      line.find("--help") == std::string::npos &&
                      line.find("--resume") == std::string::npos;
  if (line.starts_with("tools/bench ")) return line + " --quick";
  if (line.starts_with("tools/evaluate ")) return line + " --limit 5";
  return trains ? line + " --limit 100" : line;
}

// A folder that looks like the root of a clone that has been built.
void furnish(const fs::path& folder, const Source& readme) {
  fs::create_directory_symlink(fs::path(source_folder) / "tools", folder / "tools");
  fs::create_directory_symlink(build_folder, folder / "build");
  for (const Block& block : blocks(readme, "cpp"))
    if (block.is_program() && block.lines.front().starts_with("// "))
      write_file(folder / block.lines.front().substr(3), block.text());
}

}  // namespace

TEST_CASE("readme: shell blocks run") {
  // The scripts would configure anew a build folder that they did not make.
  if (!fs::exists(build_folder + "/root") ||
      read_file(build_folder + "/root") != source_folder + '\n')
    return skip("the build folder was not made by tools/test");
  for (const Source* readme : readmes()) {
    const TemporaryFolder folder;
    furnish(folder.path(), *readme);
    const std::string installed = folder.path() / "installed", lib = installed + "/usr/local/lib";
    RunOptions options;
    options.folder = folder.path();
    options.environment = {
        {"EBB_NO_INSTALL", "1"},
        {"EBB_BUILD", build_folder},
        {"DESTDIR", installed},
        {"PKG_CONFIG_PATH", lib + "/x86_64-linux-gnu/pkgconfig:" + lib + "/pkgconfig"}};
    for (const Block& block : blocks(*readme, "sh"))
      for (const std::string& line : block.lines) {
        const std::string command = runnable(line);
        if (command.empty()) continue;
        const Finished finished = run({"sh", "-c", command}, options);
        CHECK_MESSAGE(finished.exit_code == 0, readme->path, ": ", command, "\n", finished.output,
                      finished.errors);
      }
  }
}
