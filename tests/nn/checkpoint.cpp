#include <doctest/doctest.h>

#include <nn/checkpoint.hpp>
#include <nn/linear.hpp>
#include <nn/safetensors.hpp>
#include <nn/sequential.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Linear, nn::Sequential;

TEST_CASE("save and load: the same numbers, names and bytes") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors", again = folder.path() / "n.safetensors";
  for (const DType dtype : {DType::float32, DType::float64}) {
    Sequential net{Linear{5, 3}, Linear{3, 2}}, other{Linear{5, 3}, Linear{3, 2}};
    nn::initialize(net, {.seed = 1, .dtype = dtype});
    nn::save(net, path);
    nn::load(other, path);
    const Variable x = ones({1, 5}, dtype);
    CHECK(to_string(net(x).value()) == to_string(other(x).value()));
    nn::save(other, again);
    CHECK(read_file(path) == read_file(again));
    CHECK(nn::Parts(other).parameters[2].second->path() == "1.weight");
  }
  const nn::NamedTensors tensors = nn::read_safetensors(path);
  CHECK(tensors.size() == 4);
  CHECK(tensors[0].first == "0.weight");
  CHECK(tensors[0].second.shape() == Shape{3, 5});
}

TEST_CASE("load: what does not fit is listed, and nothing has changed") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  Sequential net{Linear{5, 3}, Linear{3, 2}}, other{Linear{5, 4}};
  nn::initialize(net);
  nn::initialize(other);
  nn::save(net, path);
  const std::string before = to_string(other(ones({1, 5})).value());
  CHECK_THROWS_WITH_AS(
      nn::load(other, path),
      doctest::Contains("does not fit the model; 0.weight is [3, 5] in it and [4, 5] in the model; "
                        "0.bias is [3] in it and [4] in the model; the model has no 1.bias [2]"),
      FormatError);
  CHECK(to_string(other(ones({1, 5})).value()) == before);
  Sequential longer{Linear{5, 3}, Linear{3, 2}, Linear{2, 1}};
  CHECK_THROWS_WITH_AS(
      nn::load(longer, path),
      text("load: ", path, " does not fit the model; it lacks 2.weight [1, 2]; it lacks 2.bias [1]",
           "; build the model with the options that it was saved with")
          .c_str(),
      FormatError);
  Sequential wide{Linear{5, 3}, Linear{3, 2}};
  nn::initialize(wide, {.dtype = DType::float64});
  CHECK_THROWS_WITH_AS(nn::load(wide, path),
                       doctest::Contains("0.weight is float32 in it and float64 in the model"),
                       FormatError);
}

TEST_CASE("save: a model without numbers, and load without a file, are refused") {
  const TemporaryFolder folder;
  Linear layer{2, 2};
  const std::string path = folder.path() / "m";
  CHECK_THROWS_WITH_AS(nn::save(layer, path),
                       "save: weight [2, 2] has no numbers yet; call initialize(model) or "
                       "load(model, path) first",
                       Error);
  CHECK_THROWS_WITH_AS(nn::load(layer, path),
                       text("read ", path, ": No such file or directory; check the path").c_str(),
                       IoError);
}
