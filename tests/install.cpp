// What `ninja install` gives: headers, a static library and ebb.pc, enough for a program that knows
// nothing of the source tree.
#include <doctest/doctest.h>

#include <set>
#include <tests/house/sources.hpp>
#include <tests/install.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

const char* const user_program = R"(
#include <cstdio>
#include <ebb.hpp>

using namespace ebb;

int main() {
  const nn::Loader loader(nn::draw_digits().train.first(256), {.batch_size = 64});
  models::Autoencoder model({.input = 784, .latent = 16});
  nn::initialize(model, {.seed = 1});
  nn::Adam adam{model, {.learning_rate = 1e-2}};
  const double before = model.loss(loader.epoch(0).batch(0).inputs).item();
  for (int epoch = 0; epoch < 3; ++epoch)
    for (const nn::Batch& batch : loader.epoch(epoch)) adam.step(backward(model.loss(batch.inputs)));
  const double after = model.loss(loader.epoch(0).batch(0).inputs).item();
  nn::save(model, "model.safetensors");
  std::puts(after < before ? "it learns" : "it does not learn");
}
)";

std::string in_quotes(const fs::path& path) { return "'" + path.string() + "'"; }

Finished shell(const std::string& line, const RunOptions& options) {
  const Finished finished = run({"sh", "-c", line}, options);
  CHECK_MESSAGE(finished.exit_code == 0, line, '\n', finished.output, finished.errors);
  return finished;
}

RunOptions options_in(const fs::path& folder) {
  std::string words;
  for (const std::string& word : compiler) words += (words.empty() ? "" : " ") + word;
  return {.folder = folder,
          .environment = {{"CXX", words}, {"CXXFLAGS", std::nullopt}, {"DESTDIR", std::nullopt}}};
}

fs::path find_below(const fs::path& folder, const std::string& name) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() == name) return entry.path();
  return {};
}

fs::path install(const fs::path& build, const fs::path& place, RunOptions& options) {
  const fs::path staged = place / "staged", prefix = place / "its own place";
  shell("meson install -C " + in_quotes(build) + " --no-rebuild --quiet --destdir " +
            in_quotes(staged),
        options);
  fs::path top = find_below(staged, "ebb.pc");
  REQUIRE(!top.empty());
  while (top.filename() != "lib") top = top.parent_path();
  fs::rename(top.parent_path(), prefix);
  options.environment["PKG_CONFIG_PATH"] = find_below(prefix, "ebb.pc").parent_path().string();
  return prefix;
}

void lend_objects(const fs::path& ebb_in_build) {
  for (const char* folder : {"tensor/kernels", "tensor", "autograd", "nn", "models"})
    for (const fs::directory_entry& entry : fs::directory_iterator(build_folder + "/" + folder))
      if (entry.path().string().ends_with(".a.p")) {
        const fs::path place = ebb_in_build / folder / entry.path().filename();
        fs::remove_all(place);
        fs::create_directory_symlink(entry.path(), place);
      }
}

void make_last(const fs::path& build, const std::string& target, const RunOptions& options) {
  const std::string enter = "cd " + in_quotes(build) + " && ";
  shell(enter + shell(enter + "ninja -t commands -s " + target, options).output, options);
}

TEST_CASE("install: a program outside the tree builds with ebb.pc, learns and saves") {
  const TemporaryFolder place;
  RunOptions options = options_in(place.path());
  const fs::path prefix = install(build_folder, place.path(), options);
  std::set<std::string> installed, included = {"ebb.hpp"};
  const fs::path headers = prefix / "include/ebb";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(headers))
    if (entry.is_regular_file()) installed.insert(fs::relative(entry.path(), headers).string());
  for (const std::string& path : Source{"", read_file(headers / "ebb.hpp")}.includes())
    included.insert(path);
  CHECK(included == installed);
  CHECK(included.contains("tensor/kernels/table.hpp"));
  for (const char* inner : {"ebb-train", "ebb-tests", "libebb-train-parts.a", "simd.hpp"})
    CHECK_MESSAGE(find_below(prefix, inner).empty(), inner, " is nobody else's business");

  write_file(place.path() / "user.cpp", user_program);
  const std::string checks = sanitizers == "none" ? "" : "-fsanitize=" + sanitizers + ' ';
  // eval: a prefix with spaces comes escaped from pkg-config
  shell("eval $CXX " + checks + "-std=c++20 -Wall -Wextra user.cpp -o user " +
            "\"$(pkg-config --cflags --libs ebb)\"",
        options);
  CHECK(shell("./user", options).output == "it learns\n");
  CHECK(fs::file_size(place.path() / "model.safetensors") > 4 * 784 * 16 * 2);
}

TEST_CASE("install: ebb.pc asks for what a program links, and for nothing else") {
  RunOptions options;
  options.environment["PKG_CONFIG_PATH"] = build_folder + "/meson-private";
  CHECK(shell("pkg-config --modversion ebb", options).output == version + "\n");
  CHECK(shell("pkg-config --print-requires ebb", options).output == "tbb\nzlib\n");
  CHECK(shell("pkg-config --print-requires-private ebb", options).output == "");
}

TEST_CASE("install: it waits for no program and no test") {
  const std::string commands =
      shell("ninja -C " + in_quotes(build_folder) + " -t commands install", {}).output;
  CHECK(commands.find("tensor/tensor.cpp") != std::string::npos);
  for (const char* other : {"tests/", "tools/", "doctest", "CLI", "fmt"})
    CHECK_MESSAGE(commands.find(other) == std::string::npos, "install needs ", other);
}
