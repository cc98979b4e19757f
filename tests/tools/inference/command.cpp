#include <doctest/doctest.h>

#include <tests/support.hpp>
#include <tools/common/command_line.hpp>
#include <tools/inference/command.hpp>

using namespace ebb::tools;

namespace {

std::optional<InferenceOptions> parse(std::vector<const char*> words) {
  words.insert(words.begin(), "ebb-infer");
  return parse_inference_command(static_cast<int>(words.size()), words.data());
}

std::string refusal(const std::vector<const char*>& words) {
  return message_of<UsageError>([&] { return parse(words).has_value(); });
}

}  // namespace

TEST_CASE("infer's command: a task, a run, and options before and behind it") {
  const auto encode = parse({"encode", "--data", "d", "a run", "--draw", "--out", "c.npy"});
  REQUIRE(encode);
  CHECK(encode->task == "encode");
  CHECK(encode->run == "a run");
  CHECK(encode->data == "d");
  CHECK(encode->draw);
  CHECK(encode->out == "c.npy");
  const auto decode = parse({"decode", "r", "--columns", "5", "codes.npy", "--labels", "l.npy"});
  REQUIRE(decode);
  CHECK(decode->run == "r");
  CHECK(decode->codes == "codes.npy");
  CHECK(decode->columns == 5);
  CHECK(decode->labels == "l.npy");
  const auto sample = parse({"sample", "r", "--count", "7", "--seed", "3", "--temperature", "0.5"});
  REQUIRE(sample);
  CHECK(sample->count == 7);
  CHECK(sample->seed == 3);
  CHECK(sample->temperature == 0.5);
  CHECK_FALSE(sample->draw);
  const auto score = parse({"score", "r", "--quantile", "0.9", "--part", "train", "--quiet"});
  REQUIRE(score);
  CHECK(score->quantile == 0.9);
  CHECK(score->part == "train");
  CHECK(score->quiet);
}

TEST_CASE("infer's command: words come in order, values of options are none") {
  Options options;
  std::string name;
  bool flag = false;
  options("name", name, "a name");
  options("flag", flag, "a flag");
  const char* const arguments[] = {"program", "a", "--name", "x", "--flag", "b", "--name=y", "c"};
  CHECK(words_in(options, 8, arguments) == std::vector<std::string>{"a", "b", "c"});
  CHECK(first_word(options, 8, arguments) == "a");
  CHECK(first_word(options, 1, arguments) == "");
}

TEST_CASE("infer's command: what is missing or does not go together is said") {
  const std::string which =
      "which task? Name encode, decode, export, sample, score or impute, then a run's folder";
  CHECK(refusal({}) == which);
  CHECK(refusal({"exports", "r"}) == which);
  CHECK(refusal({"export", "r", "--part", "middle"}) ==
        "--part: 'middle' is none of encoder, decoder; try --help");
  CHECK(refusal({"export", "r", "--out", "f"}).starts_with("there is no option --out"));
  CHECK(refusal({"encode"}) ==
        "which run? Name its folder, as in tools/encode runs/vae-1; try --help");
  CHECK(refusal({"encode", "a", "b"}) == "'b' is one word too many; try --help");
  CHECK(refusal({"decode", "a", "b", "c"}) == "'c' is one word too many; try --help");
  CHECK(refusal({"decode", "a", "b", "--data", "d"}) ==
        "--data: are codes of examples to be decoded, or those of b?");
  CHECK(refusal({"decode", "a", "b", "--part", "train"}) ==
        "--part: are codes of examples to be decoded, or those of b?");
  CHECK(refusal({"decode", "a", "--labels", "l"}) ==
        "--labels: goes with a file of codes; examples have their own labels");
  CHECK(refusal({"score", "a", "--data", "d", "--part", "train"}) ==
        "--part train: of the data that the run learned from; leave --data out");
  CHECK(refusal({"score", "a", "--quantile", "2"}) ==
        "--quantile: 2 is out of range, 0 to 1; try --help");
  CHECK(refusal({"score", "a", "--count", "2"}).starts_with("there is no option --count"));
  CHECK(refusal({"sample", "a", "--count", "0"}) ==
        "--count: 0 is out of range, 1 to 1000000; try --help");
}

TEST_CASE("infer's command: a program has the name of its task") {
  const char* const arguments[] = {"ebb-infer", "score"};
  CHECK(program_name(2, arguments) == "tools/score");
  CHECK(program_name(1, arguments) == "ebb-infer");
}
