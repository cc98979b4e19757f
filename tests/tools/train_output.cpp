#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

// Digits to 'N', so that speeds and losses compare.
std::string without_numbers(const std::string& text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool number = std::isdigit(static_cast<unsigned char>(text[i])) ||
                        (text[i] == '.' && result.ends_with('N'));
    if (!number) result += text[i];
    if (number && !result.ends_with('N')) result += 'N';
  }
  return result;
}

// The same on a terminal, through script(1): the terminal's own carriage returns taken out.
std::string on_terminal(const fs::path& folder, const std::string& arguments,
                        const std::string& settings) {
  RunOptions options;
  options.folder = folder;
  options.environment = {{"TERM", "xterm"}, {"SHELL", "/bin/sh"}};
  const std::string command = settings + "; exec " + train_program() + ' ' + arguments;
  Finished finished = run({"script", "-qec", command, "/dev/null"}, options);
  CHECK_MESSAGE(finished.exit_code == 0, finished.output, finished.errors);
  std::string text;
  for (std::size_t i = 0; i < finished.output.size(); ++i)
    if (finished.output.compare(i, 2, "\r\n") != 0) text += finished.output[i];
  return text;
}

const std::string epoch_line = "epoch N/N  train N  test N  N s  N images/s\n";

}  // namespace

TEST_CASE(
    "output: elsewhere than on a terminal it is a line per epoch, and where the pictures are") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const Finished ae = run_train(place.path(), "ae --latent 2 --epochs 3 --data data --out run");
  CHECK(without_numbers(ae.output) ==
        epoch_line + epoch_line + epoch_line + "pictures: run/reconstructions.png\n");
  CHECK(ae.output.find("epoch 1/3  train 0.") == 0);
  const Finished vae = run_train(place.path(), "vae --hidden 4 --latent 2 --epochs 1 --data data");
  CHECK(without_numbers(vae.output) ==
        epoch_line + "pictures: runs/vae-N/reconstructions.png runs/vae-N/samples.png\n");
  CHECK(ae.errors + vae.errors == "");
}

TEST_CASE("output: quiet prints nothing") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const Finished finished =
      run_train(place.path(), "vae --hidden 4 --latent 2 --epochs 2 --data data --quiet");
  CHECK(finished.exit_code == 0);
  CHECK(finished.output + finished.errors == "");
  CHECK(on_terminal(place.path(), "ae --latent 2 --epochs 2 --data data --quiet", ":") == "");
}

TEST_CASE("output: on a terminal a live line is replaced by the epoch's") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const std::string text =
      on_terminal(place.path(), "ae --latent 2 --epochs 2 --data data --out run", "stty cols 80");
  // the first step is always shown, then ten lines a second at most
  const std::string live = "\repoch N/N  step N  loss N  N images/s\x1b[K";
  CHECK_MESSAGE(without_numbers(text).starts_with(live), text);
  CHECK(without_numbers(text).find("\r\x1b[K" + epoch_line) != std::string::npos);
  CHECK(without_numbers(text).ends_with("pictures: run/reconstructions.png\n"));
}

TEST_CASE("output: a narrow terminal shows what fits, a dumb one whole lines only") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const std::string arguments = "ae --latent 2 --epochs 1 --data data --out ";
  const std::string narrow = on_terminal(place.path(), arguments + "a", "stty cols 12");
  CHECK_MESSAGE(narrow.starts_with("\repoch 1/1  \x1b[K"), narrow);
  const std::string dumb = on_terminal(place.path(), arguments + "b", "export TERM=dumb");
  CHECK(without_numbers(dumb) == epoch_line + "pictures: b/reconstructions.png\n");
}

TEST_CASE("output: --version and --help say theirs and leave nothing") {
  const TemporaryFolder place;
  const Finished version = run_train(place.path(), "--version");
  CHECK(version.exit_code == 0);
  CHECK(without_numbers(version.output) == "ebb N\n");
  const Finished help = run_train(place.path(), "--help");
  CHECK(help.exit_code == 0);
  CHECK(help.output.find("Usage: tools/train MODEL [options]\n") != std::string::npos);
  for (const char* option :
       {"--data DIR", "--epochs N", "--batch-size N", "--lr X", "--optimizer NAME", "--seed N",
        "--threads N", "--limit N", "--hidden N[,N...]", "--latent N", "--beta X", "--out DIR",
        "--quiet", "--version", "--help"})
    CHECK_MESSAGE(help.output.find(option) != std::string::npos, option);
  for (const std::string& line : lines_of(help.output)) CHECK(line.size() <= 100);
  CHECK(version.errors + help.errors == "");
  CHECK(names_in(place.path()).empty());
}
