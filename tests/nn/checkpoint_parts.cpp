// Covers: nn/checkpoint.cpp
// Saved and loaded: parts with several names, and buffers.
#include <doctest/doctest.h>

#include <nn/buffer.hpp>
#include <nn/checkpoint.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/start.hpp>
#include <tensor/makers.hpp>
#include <tests/support.hpp>

using namespace ebb;

namespace {

// As language models have it: the first layer's weight is the last one's, too.
struct Tied final : nn::Module {
  nn::Parameter embed{{2, 2}};
  struct Head final : nn::Module {
    explicit Head(nn::Parameter& theirs) : weight(theirs) {}
    nn::Parameter& weight;
    void visit(nn::Visitor& v) override { v("weight", weight); }
  } head{embed};
  void visit(nn::Visitor& v) override {
    v("embed", embed);
    v("head", head);
    v("again", head);
  }
};

struct Counting final : nn::Module {
  nn::Parameter weight{{2}};
  nn::Buffer mean{{2}, {.start = nn::constant(0.5)}}, count{{}, {.dtype = DType::int32}};
  void visit(nn::Visitor& v) override {
    v("weight", weight);
    v("mean", mean);
    v("count", count);
  }
};

}  // namespace

TEST_CASE("load: a weight under several names takes its numbers from any of them") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  const Tensor numbers = from_vector<float>({1, 2, 3, 4}, {2, 2}), others = ones({2, 2});
  const auto load_from = [&](const nn::NamedTensors& tensors) {
    nn::write_safetensors(path, tensors);
    Tied model;
    nn::load(model, path);
    return model.embed.value().to_vector<float>();
  };
  const std::vector<float> expected = {1, 2, 3, 4};
  CHECK(load_from({{"embed", numbers}}) == expected);
  CHECK(load_from({{"head.weight", numbers}}) == expected);
  CHECK(load_from({{"again.weight", numbers}}) == expected);
  CHECK(load_from({{"head.weight", numbers}, {"embed", clone(numbers)}}) == expected);
  CHECK(message_of<FormatError>([&] {
          return load_from({{"embed", numbers}, {"head.weight", others}});
        }) == "load: " + path + ": embed and head.weight differ, but are one part of the model; " +
                  "try a model in which they are two");
  CHECK(message_of<FormatError>([&] {
          return load_from({{"embed", numbers}, {"head.weight", zeros({3})}});
        }).find("head.weight is [3] in it and [2, 2] in the model") != std::string::npos);
  CHECK(message_of<FormatError>([&] {
          return load_from({});
        }).find("it lacks embed [2, 2]; build") != std::string::npos);
}

TEST_CASE("save and load: buffers go with the parameters, counts as I64") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  Counting model, other;
  CHECK(message_of([&] {
          nn::save(model, path);
          return 0;
        }) ==
        "save: weight [2] has no numbers yet; call initialize(model) or load(model, path) first");
  nn::initialize(model, {.dtype = DType::float64});
  CHECK(model.mean.value().to_vector<double>() == std::vector<double>{0.5, 0.5});
  CHECK(model.mean.path() == "mean");
  model.mean.set(from_vector<double>({7, 8}));
  model.count.set(full({}, 9, DType::int32));
  nn::save(model, path);
  CHECK(read_file(path).find(R"("count":{"dtype":"I64","shape":[],)") != std::string::npos);
  nn::load(other, path);
  CHECK(other.mean.value().to_vector<double>() == std::vector<double>{7, 8});
  CHECK(other.count.value().to_vector<std::int32_t>() == std::vector<std::int32_t>{9});
  CHECK(other.mean.path() == "mean");
}

TEST_CASE("load: a buffer that is missing or does not fit is listed as a parameter is") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  Counting model;
  nn::initialize(model);
  const Tensor two = ones({2});
  nn::write_safetensors(path, {{"weight", two}, {"mean", zeros({3})}, {"count", ones({})}});
  CHECK(message_of<FormatError>([&] { nn::load(model, path); }) ==
        "load: " + path +
            " does not fit the model; mean is [3] in it and [2] in the model; count " +
            "is F32 in it and int32 in the model; build the model with the options that it was " +
            "saved with");
  nn::write_safetensors(path, {{"weight", two}, {"mean", cast(two, DType::float64)}});
  CHECK(message_of<FormatError>([&] {
          nn::load(model, path);
        }).find("; mean is F64 in it and float32 in the model; it lacks count []; build") !=
        std::string::npos);
  nn::write_safetensors(path, {{"weight", two}, {"mean", two}});
  CHECK(nn::load(model, path, {.strict = false}).missing == std::vector<std::string>{"count"});
  CHECK(model.mean.value().to_vector<float>() == std::vector<float>{1, 1});
}
