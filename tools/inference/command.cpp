#include <fmt/format.h>

#include <tools/common/command_line.hpp>
#include <tools/inference/command.hpp>

namespace ebb::tools {

namespace {

struct Task {
  const char *name, *second, *description;
};
constexpr Task tasks[] = {
    {"encode", "",
     "Writes the codes of examples: to a .npy file, with their labels in a .labels.npy beside it, "
     "or to a .csv file. RUN is the folder that tools/train left."},
    {"decode", "[CODES]",
     "Writes what a model makes of codes: images as PNG files in a new folder, as one .png picture "
     "or as a .npy array; of a table rows in a .csv file, of text lines in a .txt file. RUN is the "
     "folder that tools/train left, CODES a .npy file [n, width of the code] or a .csv file as "
     "tools/encode writes it; without it, the codes are those of examples."},
    {"export", "",
     "Writes a part of a model for other programs, as an ONNX file. RUN is the folder that "
     "tools/train left."},
    {"sample", "",
     "Draws new images: PNG files in a new folder, one .png picture or a .npy array; of a table "
     "rows in a .csv file. RUN is the "
     "folder that tools/train left."},
    {"impute", "[TABLE]",
     "Fills the missing cells of a table, and leaves all others as they are. RUN is the folder "
     "that "
     "tools/train table left, TABLE a file with the same columns; without it, the run's own. Cells "
     "that --missing hides are filled, too, and compared with what was there."},
    {"score", "",
     "Says how well a model knows each example, and which are anomalies, in a .csv file. RUN is "
     "the folder that tools/train left."}};

const Task* find_task(int count, const char* const* arguments) {
  for (const Task& task : tasks)
    if (count > 1 && std::string(arguments[1]) == task.name) return &task;
  return nullptr;
}

// Throws UsageError for options that do not go together.
void check(const InferenceOptions& o) {
  if (o.run.empty())
    throw UsageError(
        fmt::format("which run? Name its folder, as in tools/{} runs/vae-1; try --help", o.task));
  if (!o.codes.empty() && (!o.data.empty() || o.part != "test"))
    throw UsageError(fmt::format("--{}: are codes of examples to be decoded, or those of {}?",
                                 o.data.empty() ? "part" : "data", o.codes));
  if (o.from.empty() != o.to.empty())
    throw UsageError(fmt::format("--{}: and which other text? --from and --to name two",
                                 o.from.empty() ? "to" : "from"));
  if (!o.from.empty() && !(o.codes.empty() && o.data.empty() && o.part == "test"))
    throw UsageError("--from: are codes between two texts to be decoded, or others?");
  if (o.from.empty() && o.steps != InferenceOptions().steps)
    throw UsageError("--steps: from which text to which? Name two with --from and --to");
  const bool chosen = o.decoding.name == "greedy" || o.decoding.name == "beam";
  if (chosen && (o.top_p != 1 || o.temperature != 1))
    throw UsageError(fmt::format("--{}: nothing is drawn with --decoding {}; try sampled",
                                 o.top_p != 1 ? "top-p" : "temperature", o.decoding.name));
  if (o.codes.empty() && !o.labels.empty())
    throw UsageError("--labels: goes with a file of codes; examples have their own labels");
  if (!o.data.empty() && o.part != "test")
    throw UsageError("--part train: of the data that the run learned from; leave --data out");
}

}  // namespace

void InferenceOptions::visit_texts(Options& o) {
  if (decoding.name.empty()) decoding.name = task == "sample" ? "sampled" : "greedy";
  o("decoding", decoding, "of texts: draw each token, or look for the most probable text",
    {"sampled", "greedy", "beam:N"});
  o("temperature", temperature,
    task == "sample"
        ? "of the codes; below 1: closer to the middle of the prior; of a text's tokens"
        : "of a text's tokens; below 1: closer to the most probable",
    {0, 100});
  o("top-p", top_p, "of texts: only the most probable tokens that make up this are drawn",
    {1e-9, 1});
  if (task == "sample") return;
  o("from", from, "a text: from its code to that of another");
  o.show("TEXT", "none");
  o("to", to, "that other text");
  o.show("TEXT", "none");
  o("steps", steps, "how many codes, with those two", {2, 10'000});
}

void InferenceOptions::visit(Options& o) {
  const bool images = task == "decode" || task == "sample";
  if (task == "export") {
    o("onnx", out, "where to write");
    o.show("FILE.onnx", "none");
    o("part", piece, "what of the model", {"encoder", "decoder"});
  } else if (task == "impute") {
    o("missing", missing, "cells to hide and to score: lines ROW,COLUMN, from 1");
    o.show("FILE", "those of the run, of its own table");
    o("draws", draws, "fill N tables by chance, FILE-1.csv, FILE-2.csv, ...", {1, 10'000});
    o.show("N", "one, of best guesses");
    o("seed", seed, "of what is drawn");
  } else if (task != "sample") {
    o("data", data, "folder or file of other examples: their test set, or all of them");
    o.show("PATH", "what the run learned from");
    o("part", part, "of the run's own data", {"test", "train"});
  }
  if (task == "decode") {
    o("labels", labels, "of the codes, for a model that is told labels");
    o.show("FILE.npy", "those beside the codes");
  }
  if (task == "sample") {
    o("count", count, "how many", {1, 1'000'000});
    o.show("N", "64");
    o("draw", draw, "draw pixels, too: the mean of p(x|z) is shown otherwise");
  }
  if (images) visit_texts(o);
  if (task == "encode") o("draw", draw, "draw codes from q(z|x): its mean is taken otherwise");
  if (images || task == "encode") o("seed", seed, "of what is drawn");
  if (task == "score")
    o("quantile", quantile, "of the scores of training examples; beyond it lie anomalies", {0, 1});
  if (task != "export") {
    o("out", out, "where to write; the name's ending says in which form");
    o.show(images                                ? "DIR|FILE.png|.npy|.csv|.txt"
           : task == "score" || task == "impute" ? "FILE.csv"
                                                 : "FILE.npy|FILE.csv",
           "none");
  }
  if (images) {
    o("columns", columns, "images side by side in FILE.png", {1, 10'000});
    o.show("N", "up to 16");
  }
  o("threads", threads, "threads", {1, 1024});
  o.show("N", "one per core");
  o("quiet", quiet, "print nothing but errors");
}

std::optional<InferenceOptions> parse_inference_command(int count, const char* const* arguments) {
  const Task* const task = find_task(count, arguments);
  if (!task)
    throw UsageError(
        "which task? Name encode, decode, export, sample, score or impute, then a run's folder");
  InferenceOptions inference;
  inference.task = task->name;
  Options options;
  inference.visit(options);
  const Usage usage = {program_name(count, arguments), "RUN", task->description, task->second};
  if (!parse_command_line(usage, options, count - 1, arguments + 1)) return std::nullopt;
  const std::vector<std::string> words = words_in(options, count - 1, arguments + 1);
  if (!words.empty()) inference.run = words[0];
  if (words.size() > 1) (inference.task == "impute" ? inference.table : inference.codes) = words[1];
  check(inference);
  return inference;
}

std::string program_name(int count, const char* const* arguments) {
  const Task* const task = find_task(count, arguments);
  return task ? std::string("tools/") + task->name : "ebb-infer";
}

}  // namespace ebb::tools
