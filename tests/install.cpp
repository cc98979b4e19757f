// What `ninja install` gives: headers, one static library and ebb.pc, enough for a program that
// knows nothing of the source tree.
#include <doctest/doctest.h>

#include <filesystem>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

namespace {

const char* const user_program = R"(
#include <autograd/gradients.hpp>
#include <cstdio>
#include <models/autoencoder.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/checkpoint.hpp>
#include <nn/data/digits.hpp>
#include <nn/data/loader.hpp>
#include <nn/optimizer.hpp>
#include <tensor/parallel.hpp>

using namespace ebb;

int main() {
  const nn::Loader loader(nn::draw_digits().train.first(256), {.batch_size = 64});
  models::Autoencoder model({.input = 784, .latent = 16});
  nn::initialize(model, {.seed = 1});
  nn::Adam adam{model, {.learning_rate = 1e-2}};
  const double before = model.loss(loader.epoch(0).batch(0).images).item();
  for (int epoch = 0; epoch < 3; ++epoch)
    for (const nn::Batch& batch : loader.epoch(epoch)) adam.step(backward(model.loss(batch.images)));
  const double after = model.loss(loader.epoch(0).batch(0).images).item();
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

// The one file of that name below the folder.
fs::path find_below(const fs::path& folder, const std::string& name) {
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().filename() == name) return entry.path();
  return {};
}

}  // namespace

TEST_CASE("install: a program outside the tree builds with ebb.pc, learns and saves") {
  const TemporaryFolder place;
  const fs::path staged = place.path() / "staged", prefix = place.path() / "its own place";
  RunOptions options;
  options.folder = place.path();
  options.environment = {{"DESTDIR", std::nullopt}};
  shell("meson install -C " + in_quotes(build_folder) + " --no-rebuild --quiet --destdir " +
            in_quotes(staged),
        options);
  const fs::path description = find_below(staged, "ebb.pc");
  REQUIRE(!description.empty());
  CHECK(!find_below(staged, "libebb.a").empty());
  CHECK(find_below(staged, "table.hpp").string().find("include/ebb/tensor/kernels") !=
        std::string::npos);
  for (const char* inner : {"ebb-train", "ebb-tests", "libebb-train-parts.a", "simd.hpp"})
    CHECK_MESSAGE(find_below(staged, inner).empty(), inner, " is nobody else's business");

  // The prefix may move: ebb.pc knows only where it stands itself.
  fs::path top = find_below(staged, "libebb.a");
  while (top.filename() != "lib") top = top.parent_path();
  fs::rename(top.parent_path(), prefix);
  options.environment["PKG_CONFIG_PATH"] = find_below(prefix, "ebb.pc").parent_path().string();

  write_file(place.path() / "user.cpp", user_program);
  std::string command;
  for (const std::string& word : compiler) command += word + ' ';
  if (sanitizers != "none") command += "-fsanitize=" + sanitizers + ' ';
  // eval: a prefix with spaces comes escaped from pkg-config
  shell("eval " + command + "-std=c++20 -Wall -Wextra user.cpp -o user " +
            "\"$(pkg-config --cflags --libs ebb)\"",
        options);
  CHECK(shell("./user", options).output == "it learns\n");
  CHECK(fs::file_size(place.path() / "model.safetensors") > 4 * 784 * 16 * 2);
  CHECK(shell("pkg-config --modversion ebb", options).output.find('.') != std::string::npos);
}
