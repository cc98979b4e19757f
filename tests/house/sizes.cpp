#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tests/house/markdown.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>

namespace {

std::size_t lines_of_code(const Source& file) {
  std::size_t count = 0;
  for (const std::string& line : file.lines()) {
    const std::string code = trimmed(line);
    count += !code.empty() && !code.starts_with("//");
  }
  return count;
}

// The lines of the longest function that stands in a namespace, from its name to its last brace.
std::size_t longest_function(const Source& file) {
  std::size_t longest = 0, length = 0;  // of what began in the first column
  for (const std::string& line : file.lines()) {
    const bool begins = !line.empty() && line[0] != ' ' && line[0] != '}';
    length = begins ? 1 : length + 1;
    if (line == "}") longest = std::max(longest, length);
  }
  return longest;
}

struct Weight {
  std::size_t headers, lines;
};
// Of what a program's text pulls in of ours.
Weight weight_of(const std::string& program) {
  Weight weight = {0, 0};
  for (const Source* header : headers_behind({"program.cpp", program})) {
    ++weight.headers;
    weight.lines += header->lines().size();
  }
  return weight;
}

}  // namespace

TEST_CASE("house: files are short") {
  std::vector<std::size_t> sizes;
  std::size_t over_300 = 0;
  for (const Source& file : cpp_files()) {
    const std::size_t lines = file.lines().size();
    CHECK_MESSAGE(lines <= 500, file.path, " has ", lines, " lines");
    if (lines > 300) MESSAGE(file.path, " has ", lines, " lines; it may hold two ideas");
    over_300 += lines > 300;
    sizes.push_back(lines);
  }
  REQUIRE(sizes.size() > 100);
  std::sort(sizes.begin(), sizes.end());
  CHECK(100 * over_300 <= 3 * sizes.size());
  CHECK(sizes[sizes.size() / 2] <= 110);
}

// A header and its source are one.
TEST_CASE("house: a folder holds what one can take in, at most 20 units") {
  std::map<std::string, std::set<std::string>> units;  // by folder
  for (const Source& file : cpp_files())
    if (!file.path.starts_with("tests/"))
      units[file.folder()].insert(file.path.substr(0, file.path.rfind('.')));
  CHECK(units.size() > 10);
  for (const auto& folder : units)
    CHECK_MESSAGE(folder.second.size() <= 20, folder.first, " has ", folder.second.size());
}

// Node, Edge, Variable, record, the walk, destruction.
TEST_CASE("house: the tape is short, and so is each of its functions") {
  std::size_t lines = 0;
  for (const char* name : {"autograd/tape.hpp", "autograd/tape.cpp", "autograd/record.hpp",
                           "autograd/walk.hpp", "autograd/walk.cpp"}) {
    lines += lines_of_code(*find_file(name));
    CHECK_MESSAGE(longest_function(*find_file(name)) <= 30, name);
  }
  CHECK(lines <= 300);
  for (const char* name : {"autograd/gradients.cpp", "autograd/joint.cpp", "autograd/trace.cpp",
                           "autograd/walk/checks.cpp"})
    CHECK_MESSAGE(longest_function(*find_file(name)) <= 30, name);
}

TEST_CASE("house: the length of a function is counted from its name to its last brace") {
  CHECK(longest_function({"",
                          "int a;\nnamespace {\nint f() {\n}\n\nint g(\n    int x) {\n  x;\n}\n}  "
                          "// namespace"}) == 4);
  CHECK(longest_function({"", "struct A {\n  int a;\n  int b;\n};\nvoid f() {}\n"}) == 0);
}

TEST_CASE("house: a header pulls in little") {
  const Weight linear = weight_of("#include <nn/layers/linear.hpp>\n");
  CHECK(linear.headers <= 10);
  CHECK(linear.headers >= 5);  // they were found at all
  CHECK(linear.lines <= 700);
}

// The program of the root README includes ebb.hpp. These single headers hold what it uses, and the
// compiler says whether they do.
TEST_CASE("house: a page of C++ needs little") {
  std::string program;
  for (const Block& block : blocks(*find_file("README.md"), "cpp"))
    if (block.is_program()) program = block.text();
  CHECK(split_lines(program).size() <= 90);
  const std::string all = "#include <ebb.hpp>\n";
  REQUIRE(program.find(all) != std::string::npos);
  program.replace(program.find(all), all.size(),
                  "#include <models/variational_autoencoder.hpp>\n"
                  "#include <nn/checkpoint.hpp>\n"
                  "#include <nn/data/digits.hpp>\n"
                  "#include <nn/data/loader.hpp>\n"
                  "#include <nn/optimizers/adam.hpp>\n");
  const Weight vae = weight_of(program);
  CHECK(vae.headers <= 22);
  CHECK(vae.headers >= 10);
  CHECK(vae.lines <= 1800);
  const TemporaryFolder folder;
  write_file(folder.path() / "vae.cpp", program);
  std::vector<std::string> command = compiler;
  command.insert(command.end(),
                 {"-std=c++20", "-fsyntax-only", "-I" + source_folder, folder.path() / "vae.cpp"});
  const Finished finished = run(command);
  CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
}

TEST_CASE("house: public headers leave slow ones of the standard library alone") {
  for (const Source& file : cpp_files()) {
    if (!file.is_header() || file.is_test() || file.path.starts_with("tools/")) continue;
    for (const std::string& include : file.includes())
      for (const char* slow :
           {"iostream", "ranges", "regex", "algorithm", "sstream", "filesystem", "mutex", "chrono"})
        CHECK_MESSAGE(include != slow, file.path, " includes ", slow);
  }
}

TEST_CASE("house: models are a page each") {
  for (const Source& file : cpp_files())
    if (file.folder() == "models")
      CHECK_MESSAGE(file.lines().size() <= 100, file.path, " has ", file.lines().size(), " lines");
}

// What users include must be installed, with all that it includes.
TEST_CASE("house: installed headers include installed headers") {
  std::set<std::string> installed;
  for (const std::string& path : Source{"", read_file(build_folder + "/ebb.hpp")}.includes())
    installed.insert(path);
  CHECK(installed.size() > 30);
  for (const std::string& path : installed) {
    if (path == "tensor/version.hpp") continue;  // made by the build
    REQUIRE_MESSAGE(find_file(path) != nullptr, path);
    for (const Source* header : headers_behind(*find_file(path)))
      CHECK_MESSAGE(installed.contains(header->path), path, " needs ", header->path,
                    ", which is not installed");
  }
}
