// Covers: tests/house/markdown.hpp, tests/house/markdown.cpp
#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <tests/house/markdown.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

namespace {

std::string place(const Source& readme, const Block& block) {
  return readme.path + ":" + std::to_string(block.line);
}

// Fragments become functions of one program: includes go to its top, the rest into a function.
class Fragments {
 public:
  void add(const Block& block) {
    const std::string name = "fragment_" + std::to_string(++count_);
    code_ += "void " + name + "() {\n";
    for (const std::string& line : block.lines)
      if (line.starts_with("#include"))
        includes_.insert(line + '\n');
      else
        code_ += line + '\n';
    code_ += "}\n";
    calls_ += "  " + name + "();\n";
  }
  std::string program() const {
    std::string text;
    for (const std::string& include : includes_) text += include;
    return text + "using namespace ebb;\nnamespace {\n" + code_ + "}\nint main() {\n" + calls_ +
           "}\n";
  }
  int count() const { return count_; }

 private:
  std::set<std::string> includes_;
  std::string code_, calls_;
  int count_ = 0;
};

std::vector<std::string> compile(const fs::path& file, std::initializer_list<std::string> more) {
  std::vector<std::string> command = compiler;
  for (const char* word : {"-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"})
    command.push_back(word);
  command.push_back("-I" + source_folder);
  command.push_back("-I" + build_folder);  // ebb.hpp
  if (sanitizers != "none") command.push_back("-fsanitize=" + sanitizers);
  command.push_back(file);
  command.insert(command.end(), more);
  return command;
}

void succeeds(const std::vector<std::string>& command, const std::string& folder = "") {
  RunOptions options;
  options.folder = folder;
  const Finished finished = run(command, options);
  CHECK_MESSAGE(finished.exit_code == 0, finished.output, finished.errors);
}

bool exists(const Source& readme, const std::string& name) {
  const fs::path root = source_folder;
  return fs::exists(root / name) || fs::exists(root / readme.folder() / name);
}

}  // namespace

TEST_CASE("readme: every folder has one, and they are short") {
  for (const char* folder :
       {"autograd", "models", "nn", "tensor", "tensor/kernels", "tests", "tools"})
    CHECK_MESSAGE(find_file(folder + std::string("/README.md")), folder, " has no README.md");
  const Source* root = find_file("README.md");
  REQUIRE(root);
  CHECK(root->lines().size() < 150);
}

TEST_CASE("readme: fragments compile and run, programs compile") {
  const TemporaryFolder folder;
  Fragments fragments;
  for (const Source* readme : readmes())
    for (const Block& block : blocks(*readme, "cpp")) {
      if (!block.quoted_file().empty()) continue;
      if (!block.is_program()) {
        fragments.add(block);
        continue;
      }
      INFO(place(*readme, block));
      write_file(folder.path() / "program.cpp", block.text());
      succeeds(compile(folder.path() / "program.cpp", {"-fsyntax-only"}));
    }
  CHECK(fragments.count() >= 5);
  const std::string program = folder.path() / "fragments";
  write_file(program + ".cpp", fragments.program());
  succeeds(compile(program + ".cpp", {"-Wno-unused-variable", "-Wno-unused-but-set-variable", "-o",
                                      program, build_folder + "/libebb.a", "-ltbb", "-lz"}));
  succeeds({program}, folder.path());  // where it may leave files
}

TEST_CASE("readme: quotations are what the file says") {
  int quotations = 0;
  for (const Source* readme : readmes())
    for (const Block& block : blocks(*readme, "cpp")) {
      const std::string path = block.quoted_file();
      if (path.empty()) continue;
      ++quotations;
      for (std::size_t i = 1; i < block.lines.size(); ++i) {
        INFO(place(*readme, block), " quotes ", path, ": ", block.lines[i]);
        CHECK(find_file(path)->text.find(block.lines[i] + '\n') != std::string::npos);
      }
    }
  CHECK(quotations >= 3);
}

// What a reader must look at: the call, the formula and its slope, the loop.
TEST_CASE("readme: one tanh is followed through three files, in 45 lines") {
  std::set<std::string> files;
  std::size_t lines = 0;
  for (const Block& block : blocks(*find_file("README.md"), "cpp"))
    if (!block.quoted_file().empty()) {
      files.insert(block.quoted_file());
      lines += block.lines.size() - 1;
    }
  CHECK(files.size() == 3);
  CHECK(lines <= 45);
}

TEST_CASE("readme: what to include for a function is where it says, and no function is left out") {
  const std::regex name(R"(`([A-Za-z_]\w*)`)"), header(R"(`([\w/]+\.hpp)`)");
  std::map<std::string, std::set<std::string>> listed;  // names by header
  for (const char* folder : {"autograd/", "nn/"})
    for (const std::string& line : find_file(folder + std::string("README.md"))->lines()) {
      std::set<std::string> names, headers;
      for (std::sregex_iterator at(line.begin(), line.end(), name), end; at != end; ++at)
        names.insert((*at)[1]);
      for (std::sregex_iterator at(line.begin(), line.end(), header), end; at != end; ++at)
        headers.insert((*at)[1]);
      if (!line.starts_with("|") || headers.empty()) continue;
      for (const std::string& one : names) {
        bool found = false;
        for (const std::string& path : headers) {
          const std::regex word("\\b" + one + "\\b");
          if (!std::regex_search(find_file(path)->text, word)) continue;
          found = true;
          listed[path].insert(one);
        }
        CHECK_MESSAGE(found, folder, "README.md lists ", one);
      }
    }
  // Functions begin their line; run_formula is a detail.
  const std::regex function(R"(^(?:template <.*> )?(?:auto|Tensor|Variable) (\w+)\()");
  for (const std::string path :
       {"tensor/elementwise.hpp", "tensor/reduce.hpp", "tensor/views.hpp", "tensor/matmul.hpp",
        "tensor/parts.hpp", "autograd/reduce.hpp", "autograd/views.hpp", "autograd/matmul.hpp",
        "autograd/parts.hpp", "nn/losses.hpp"}) {
    std::smatch match;
    for (const std::string& line : find_file(path)->lines())
      if (std::regex_search(line, match, function) && match[1] != "run_formula" &&
          match[1] != "operator")
        CHECK_MESSAGE(listed[path].contains(match[1]), path, ": ", match[1].str(),
                      " is in no table of what to include");
  }
}

TEST_CASE("readme: every file that one names exists") {
  for (const Source* readme : readmes()) {
    for (const std::string& link : links(*readme))
      if (link.find("://") == std::string::npos)
        CHECK_MESSAGE(
            fs::exists(fs::path(source_folder) / readme->folder() / link.substr(0, link.find('#'))),
            readme->path, " links to ", link);
    for (const std::string& code : inline_codes(*readme)) {
      const std::string name = code.substr(0, code.find(' '));
      const bool names_file = name.ends_with(".hpp") || name.ends_with(".cpp") ||
                              name.ends_with(".sh") || name.starts_with("tools/") ||
                              (name.ends_with("/") && name.find("//") == std::string::npos);
      if (names_file) CHECK_MESSAGE(exists(*readme, name), readme->path, " names ", name);
    }
  }
}
