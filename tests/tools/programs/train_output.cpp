#include <doctest/doctest.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

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

const std::string memory_line = "memory: about N kB for N parameters and batches of N\n";
const std::string ae_losses = "losses: squared error; mean over pixels and images\n";
const std::string vae_losses =
    "losses: reconstruction + beta * kl; nats per image; likelihood: Bernoulli on logits; gray "
    "pixels "
    "in [N, N] are the targets\n";
const std::string epoch_line = "epoch N/N  train N  test N  N s  N images/s\n";

}  // namespace

TEST_CASE(
    "output: elsewhere than on a terminal it is a line per epoch, and where the pictures are") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const Finished ae = run_train(place.path(), "ae --latent 2 --epochs 3 --data data --out run");
  CHECK(without_numbers(ae.output) ==
        ae_losses + memory_line + epoch_line + epoch_line + epoch_line +
            "pictures: run/reconstructions.png\nreport: tools/report run\n");
  CHECK(ae.output.find("\nepoch 1/3  train 0.") != std::string::npos);
  const Finished vae = run_train(place.path(), "vae --hidden 4 --latent 2 --epochs 1 --data data");
  CHECK(
      without_numbers(vae.output) ==
      vae_losses + memory_line + epoch_line +
          "test: cross entropy + KL N ± N nats: no bound of log p(x), as gray pixels are taken as "
          "probabilities; try --binarize dynamic or --likelihood beta-binomial\n"
          "pictures: runs/vae-N/reconstructions.png runs/vae-N/samples.png\n"
          "report: tools/report runs/vae-N\n");
  CHECK(ae.errors + vae.errors == "");
}

TEST_CASE("output: what the figure of the test set is, is said at the end") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const auto last = [&](const std::string& options) {
    const std::string lines = without_numbers(
        run_train(place.path(), "vae --hidden 4 --latent 2 --epochs 1 --data data " + options)
            .output);
    const std::size_t at = lines.find("test: ");
    return at == std::string::npos ? lines : lines.substr(at, lines.find('\n', at) - at);
  };
  CHECK(last("--binarize dynamic") == "test: log p(x) ≥ -N ± N nats, likelihood bernoulli");
  CHECK(last("--binarize dynamic --condition labels") ==
        "test: log p(x|label) ≥ -N ± N nats, likelihood bernoulli");
  CHECK(last("--likelihood gaussian --keep best").starts_with("test: log density ≥ "));
}

TEST_CASE("output: what the validation part decides is said in a line each") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const std::string arguments = "ae --latent 2 --data data --validation .2 --out ";
  const std::string held_out = "epoch N/N  train N  validation N  test N  N s  N images/s\n";
  const Finished plain = run_train(place.path(), arguments + "plain --epochs 1");
  CHECK(without_numbers(plain.output) ==
        ae_losses + memory_line + held_out +
            "pictures: plain/reconstructions.png\nreport: tools/report plain\n");
  const Finished early =
      run_train(place.path(), arguments + "early --epochs 9 --keep best --patience 1 --lr 1e-30");
  CHECK(early.exit_code == 0);
  CHECK(early.errors == "");
  CHECK_MESSAGE(without_numbers(early.output) ==
                    ae_losses + memory_line + held_out + held_out +
                        "ended early: no better validation loss for N epoch\n"
                        "kept: epoch N  validation N  test N\npictures: "
                        "early/reconstructions.png\nreport: tools/report early\n",
                early.output);
}

TEST_CASE("output: a single test example has no standard error") {
  const TemporaryFolder place;
  write_file(place.path() / "lines.txt", "one\ntwo\nthree\nfour\n");
  const Finished finished =
      run_train(place.path(), "text --width 4 --latent 2 --epochs 1 --test 0.25 --data lines.txt");
  CHECK_MESSAGE(without_numbers(finished.output).find("test: log p(x) ≥ -N nats, likelihood") !=
                    std::string::npos,
                finished.output, finished.errors);
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
  const std::string live = ae_losses + memory_line + "\repoch N/N [";
  CHECK_MESSAGE(without_numbers(text).starts_with(live), text);
  CHECK_MESSAGE(without_numbers(text).find(
                    "]  loss N (+N%)  left N:N, run N:N  N images/s\x1b[K") != std::string::npos,
                text);
  CHECK(without_numbers(text).find("\r\x1b[K" + epoch_line) != std::string::npos);
  CHECK(without_numbers(text).ends_with(
      "pictures: run/reconstructions.png\nreport: tools/report run\n"));
}

TEST_CASE("output: a narrow terminal shows what fits, a dumb one whole lines only") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const std::string arguments = "ae --latent 2 --epochs 1 --data data --out ";
  const std::string narrow = on_terminal(place.path(), arguments + "a", "stty cols 12");
  CHECK_MESSAGE(narrow.find("\n\repoch 1/1\x1b[K") != std::string::npos, narrow);
  const std::string dumb = on_terminal(place.path(), arguments + "b", "export TERM=dumb");
  CHECK(without_numbers(dumb) == ae_losses + memory_line + epoch_line +
                                     "pictures: b/reconstructions.png\nreport: tools/report b\n");
}

TEST_CASE("output: as JSON each line is an object, on a terminal, too") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const std::string arguments =
      "vae --hidden 4 --latent 2 --epochs 2 --data data --log-format json --out ";
  const Finished piped = run_train(place.path(), arguments + "a");
  const std::string shown = on_terminal(place.path(), arguments + "b", ":");
  CHECK(piped.errors == "");
  std::vector<std::string> metrics = lines_of(read_file(place.path() / "a/metrics.jsonl"));
  std::string events, of_terminal;
  for (const std::string& line : lines_of(piped.output)) {
    Json event = Json::parse(line);
    events += event["event"].get<std::string>() + ' ';
    if (event["event"] == "start") {
      CHECK(event["model"] == "vae");
      CHECK(event["steps"] == 2);
      CHECK(event["units"] == "nats per image");
    }
    if (event["event"] == "epoch") {
      event.erase("event");
      CHECK(event == Json::parse(metrics.front()));
      metrics.erase(metrics.begin());
    }
    if (event["event"] == "end") CHECK(event["finished"] == true);
  }
  CHECK(events == "start note epoch epoch note end note note ");
  CHECK(shown.find('\x1b') == std::string::npos);
  for (const std::string& line : lines_of(shown))
    of_terminal += Json::parse(line)["event"].get<std::string>() + ' ';
  CHECK(of_terminal == events);
}

TEST_CASE("output: control characters in names do not reach the terminal, and files keep them") {
  const TemporaryFolder place;
  write_image_set(place.path() / "da\x1b[2Jta");
  const std::string run = "r\x1b]0;\x07\x7f\xc2\x9b";  // ESC, BEL, DEL, CSI of eight bits
  const auto train = [&](const std::string& data, const std::string& out) {
    RunOptions options;
    options.folder = place.path();
    return ::run(
        {train_program(), "ae", "--latent", "2", "--epochs", "1", "--data", data, "--out", out},
        options);
  };
  const auto clean = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(),
                       [](unsigned char c) { return c == '\n' || (c >= ' ' && c < 0x7f); });
  };
  const Finished done = train("da\x1b[2Jta", run);
  CHECK(done.exit_code == 0);
  CHECK_MESSAGE(clean(done.output + done.errors), done.output, done.errors);
  CHECK(done.output.find("pictures: r?]0;??"
                         "?/reconstructions.png\n") != std::string::npos);
  const std::string config = read_file(place.path() / run / "config.json");
  CHECK(config.find("\"out\": \"r\\u001b]0;\\u0007\\u007f\\u009b\"") != std::string::npos);
  const Finished refused = train("da\x1b[2Jta", run);
  CHECK(refused.exit_code == 2);
  CHECK(refused.errors == "tools/train: --out: r?]0;??? exists already; name a new folder\n");
  const Finished missing = train("no\x9bwhere", "other");
  CHECK(missing.exit_code == 3);
  CHECK_MESSAGE(clean(missing.errors), missing.errors);
}

TEST_CASE("output: --version and --help say theirs and leave nothing") {
  const TemporaryFolder place;
  const Finished version = run_train(place.path(), "--version");
  CHECK(version.exit_code == 0);
  CHECK(without_numbers(version.output) == "ebb N\n");
  const Finished help = run_train(place.path(), "--help");
  CHECK(help.exit_code == 0);
  CHECK(help.output.find("Usage: tools/train MODEL [options]\n") != std::string::npos);
  const Finished of_vae = run_train(place.path(), "vae --help");
  CHECK(of_vae.output.find("Usage: tools/train vae [options]\n") != std::string::npos);
  for (const char* option : {"--data PATH",
                             "--epochs N",
                             "--batch-size N",
                             "--lr X",
                             "--optimizer adam|adamw|",
                             "--seed N",
                             "--schedule constant|cosine|",
                             "--warm-up N",
                             "--epsilon X",
                             "--weight-decay X",
                             "--momentum X",
                             "--clip-norm X",
                             "--average X",
                             "--start pytorch|xavier",
                             "--validation X",
                             "--keep last|best",
                             "--patience N",
                             "--threads N",
                             "--limit N",
                             "--out DIR",
                             "--quiet",
                             "--tensorboard",
                             "--log-format text|json",
                             "--resume RUN",
                             "--config FILE",
                             "--init FILE",
                             "--checkpoint-every N|Nmin",
                             "--version",
                             "--help"})
    for (const Finished& said : {help, of_vae})
      CHECK_MESSAGE(said.output.find(option) != std::string::npos, option);
  for (const char* option : {"--hidden N[,N...]", "--latent N", "--beta X"}) {
    CHECK_MESSAGE(help.output.find(option) == std::string::npos, option);
    CHECK_MESSAGE(of_vae.output.find(option) != std::string::npos, option);
  }
  // What goes together stands together: first all headings, then what stands under one of them.
  std::string texts;
  const auto headings_of = [&](const Finished& said) {
    std::string headings;
    for (const std::string& line : lines_of(said.output)) {
      const bool heading = !line.starts_with(' ') && line.ends_with(':');
      if (heading) headings += line + ' ';
      if (!heading && headings.ends_with("Texts: ")) texts += line + '\n';
    }
    return headings;
  };
  CHECK(headings_of(help) == "Options: Data: Images: Texts: Tables: Training: The run: ");
  CHECK(headings_of(of_vae) == "Options: Data: Images: Training: The run: The model: ");
  CHECK(texts.starts_with("  --vocabulary bytes|"));
  CHECK(of_vae.output.find("\n\n\n") == std::string::npos);
  CHECK(texts.find("--gray") == std::string::npos);
  for (const Finished& said : {help, of_vae})
    for (const std::string& line : lines_of(said.output)) CHECK(line.size() <= 100);
  CHECK(version.errors + help.errors == "");
  CHECK(names_in(place.path()).empty());
}
