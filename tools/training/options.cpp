#include <tools/training/optimizers.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

void TrainOptions::visit_data(Options& o) {
  o("data", data, "folder of images or of MNIST's files, or a .npy file");
  o.show("PATH", "digits drawn on board");
  o("labels", labels, "the .npy file of its labels");
  o.show("FILE", "NAME.labels.npy beside it");
  o("size", size, "size of all images of a folder");
  o.show("HxW", "the files'");
  o("crop", crop, "cut the middle out of them instead of stretching");
  o("gray", gray, "make them gray");
  o("test", test, "part of --data to test with, where it has no test set", {1e-9, 0.999999999});
}

void TrainOptions::visit(Options& o) {
  constexpr std::int64_t many = 1'000'000'000;
  visit_data(o);
  o("augment", augment, "change training images by chance");
  o.show("shift,flip,crop,noise", "none");
  o("epochs", epochs, "passes over the examples", {1, many});
  o("batch-size", batch_size, "examples of a step", {1, 1 << 20});
  o("lr,learning-rate", learning_rate, "learning rate", {1e-300, 1e300});
  o("optimizer", optimizer, "what takes the steps", optimizer_names());
  o("seed", seed, "of weights, order and noise");
  o("threads", threads, "threads", {1, 1024});
  o.show("N", "one per core");
  o("limit", limit, "the first N training examples", {1, many});
  o.show("N", "all");
  o("out", out, "new folder for the results");
  o.show("DIR", "runs/MODEL-1, -2, ...");
  o("quiet", quiet, "print nothing but errors");
}

}  // namespace ebb::tools
