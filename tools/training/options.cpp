#include <fmt/format.h>

#include <tools/training/checkpoints/checkpoints.hpp>
#include <tools/training/optimizers.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

namespace {

// What not every optimizer has.
void visit_settings(Options& o, TrainOptions& options) {
  o("epsilon", options.epsilon, "what it adds to a root before it divides", {1e-37, 1e30});
  o.show("X", "the optimizer's");
  o("weight-decay", options.weight_decay, "how much weights are drawn to 0");
  o.show("X", "the optimizer's");
  o("momentum", options.momentum, "part of a step that the next repeats", {0, 0.9999999});
  o.show("X", "the optimizer's");
}

}  // namespace

// A model learns from the kind of data that it draws where the user has none.
bool TrainOptions::learns_from(const char* kind) const { return drawn.empty() || drawn == kind; }

void TrainOptions::visit_data(Options& o) {
  o.heading("Data");
  o("data", data, "folder of images or of MNIST's files, or a file");
  o.show("PATH", "what it draws");
  o.heading("Images", learns_from(drawn_digits));
  o("label-file", labels, "the .npy file of its labels");
  o.show("FILE", "NAME.labels.npy beside it");
  o("size", size, "size of all images of a folder");
  o.show("HxW", "the files'");
  o("crop", crop, "cut the middle out of them instead of stretching");
  o("gray", gray, "make them gray");
  o.heading("Texts", learns_from(drawn_sentences));
  o("vocabulary", text.vocabulary, "what a text is cut into",
    {"bytes", "characters", "words:K", "bpe:K"});
  o("paragraphs", text.paragraphs, "examples of a text end at empty lines, not at each line's end");
  o("longest", text.longest, "tokens of an example of a text", {1, 1'000'000});
  o.heading("Tables", learns_from(drawn_rows));
  o("header", table.header, "do a table's columns have names?", {"guess", "yes", "no"});
  o("skip", table.skip, "lines before a table", {0, 1'000'000});
  o("decimal-comma", table.decimal_comma, "a table's numbers have decimal commas");
  o("units,number-units", table.units, "a table's multiples of .01 are discrete, not dense");
  o("kinds", table.kinds, "the kinds of a table's columns: lines KIND, or NAME,KIND");
  o.show("FILE", "guessed");
  o("missing", table.missing, "cells of a table to hide: lines ROW,COLUMN, from 1");
  o.show("FILE", "none");
  o.heading("Data");
  o("test", test, "part of --data to test with, where it has no test set", {1e-9, 0.999999999});
  o.show("X", "0.1");
}

void TrainOptions::visit(Options& o) {
  constexpr std::int64_t many = 1'000'000'000;
  visit_data(o);
  o.heading("Images", learns_from(drawn_digits));
  o("augment", augment, "change training images by chance");
  o.show("shift,flip,crop,noise", "none");
  o.heading("Training");
  o("epochs", epochs, "passes over the examples", {1, many});
  o("batch-size", batch_size, "examples of a step", {1, 1 << 20});
  o("lr,learning-rate", learning_rate, "learning rate", {1e-300, 1e300});
  o("schedule", schedule, "how the learning rate goes on",
    {"constant", "cosine", "exponential", "plateau", "iwae"});
  o("warm-up", warm_up, "steps in which the learning rate rises", {0, many});
  o("optimizer", optimizer, "what takes the steps", optimizer_names());
  visit_settings(o, *this);
  o("clip-norm", clip_norm, "largest norm of the gradients", {1e-300, 1e300});
  o("average", average, "keep a mean of the weights, with this decay", {0, 0.9999999});
  o("start", start, "as which weights begin", {"pytorch", "xavier"});
  o("init", init, "begin with the weights of a file or run");
  o.show("FILE", "by --start");
  o("init-loose", init_loose, "which may lack some and hold others");
  o("validation", validation, "part of the training examples to select by", {0, 0.99});
  o.show("X", "0; 0.1 if needed");
  o("keep", keep, "which weights: last, or best by validation", {"last", "best"});
  o("patience", patience, "end after N epochs without a better validation", {1, many});
  o.heading("The run");
  o("seed", seed, "of weights, order and noise");
  o("threads", threads, "threads", {1, 1024});
  o.show("N", "one per core");
  o.heading("Data");
  o("limit", limit, "the first N training examples", {1, many});
  o.show("N", "all");
  o.heading("The run");
  o("checkpoint-every", checkpoint_every, "keep what --resume needs, N steps or minutes apart");
  o.show("N|Nmin", "10min");
  o("out", out, "new folder for the results");
  o.show("DIR", "runs/MODEL-1, -2, ...");
  o("tensorboard", tensorboard, "leave a file that TensorBoard reads, too");
  o("log-format", log_format, "print lines for people, or a JSON object a line", {"text", "json"});
  o("quiet", quiet, "print nothing but errors");
}

void TrainOptions::settle() {
  static_cast<void>(parse_interval(checkpoint_every));
  if (init_loose && init.empty())
    throw UsageError("--init-loose: says how to take a file; name one with --init");
  settle_settings(*this);
  const char* const selecting = schedule == "plateau" ? "schedule plateau"
                                : keep == "best"      ? "keep best"
                                : patience            ? "patience"
                                                      : nullptr;
  if (selecting && validation == 0)
    throw UsageError(fmt::format(
        "--{}: goes by the validation loss, and --validation is 0; try 0.1", selecting));
  if (!validation) validation = selecting ? 0.1 : 0;
}

}  // namespace ebb::tools
