#include <doctest/doctest.h>

#include <nn/checkpoint.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/layers/activations.hpp>
#include <nn/layers/linear.hpp>
#include <nn/parts.hpp>
#include <nn/sequential.hpp>
#include <tensor/makers.hpp>
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
                       doctest::Contains("0.weight is F32 in it and float64 in the model"),
                       FormatError);
}

TEST_CASE("load: not strict, it tells what was missing and what was left over") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  Sequential net{Linear{5, 3}, Linear{3, 2}}, other{Linear{5, 3}, nn::ReLU{}, Linear{3, 4}};
  nn::initialize(net, {.seed = 1});
  nn::initialize(other, {.seed = 2});
  nn::save(net, path);
  const auto bias = [](Sequential& model, std::size_t i) {
    return to_string(nn::Parts(model).parameters[i].second->value());
  };
  const std::string last = bias(other, 3);
  CHECK_THROWS_AS(nn::load(other, path), FormatError);
  CHECK(bias(other, 1) != bias(net, 1));
  const auto [missing, unexpected] = nn::load(other, path, {.strict = false});
  CHECK(missing == std::vector<std::string>{"2.weight", "2.bias"});
  CHECK(unexpected == std::vector<std::string>{"1.bias", "1.weight"});
  CHECK(bias(other, 1) == bias(net, 1));
  CHECK(bias(other, 3) == last);
  // nothing to report
  const nn::LoadReport whole = nn::load(net, path, {.strict = false});
  CHECK(whole.missing.empty());
  CHECK(whole.unexpected.empty());
  // what does not fit is an error all the same
  Sequential wide{Linear{6, 3}};
  CHECK_THROWS_WITH_AS(
      nn::load(wide, path, {.strict = false}),
      doctest::Contains("does not fit the model; 0.weight is [3, 5] in it and [3, 6] in the model; "
                        "build the model with"),
      FormatError);
}

TEST_CASE("load: with a prefix, the tensors without it are none of the model's business") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  const Tensor weight = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3}), bias = full({2}, 7);
  nn::write_safetensors(path, {{"encoder.weight", weight},
                               {"weight", zeros({1})},
                               {"decoder.weight", zeros({9})},
                               {"encoder.bias", bias},
                               {"encoder.extra", bias}});
  Linear layer{3, 2};
  CHECK(message_of<FormatError>([&] { nn::load(layer, path, {.prefix = "encoder."}); }) ==
        "load: " + path + " does not fit the model; the model has no extra [2]; build the model " +
            "with the options that it was saved with");
  const auto [missing, unexpected] = nn::load(layer, path, {.strict = false, .prefix = "encoder."});
  CHECK(missing.empty());
  CHECK(unexpected == std::vector<std::string>{"extra"});
  CHECK(to_string(nn::Parts(layer).parameters[0].second->value()) == to_string(weight));
  Linear lost{3, 2};
  CHECK(message_of<FormatError>([&] { nn::load(lost, path, {.prefix = "encode."}); }) ==
        "load: no tensor in " + path + " begins with 'encode.'; try one of encoder.weight, " +
            "weight, decoder.weight and 2 more");
  CHECK_THROWS_AS(nn::load(lost, path, {.strict = false, .prefix = "encode."}), FormatError);
  nn::Sequential empty;
  CHECK(nn::load(empty, path, {.prefix = "encode."}).unexpected.empty());
  nn::write_safetensors(path, {});
  CHECK(message_of<FormatError>([&] { nn::load(lost, path, {.prefix = "encode."}); }) ==
        "load: no tensor in " + path + " begins with 'encode.'; it holds none");
}

TEST_CASE("load: halves become float32, and a dtype that nobody asks for does not matter") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  const auto put = [&](const std::string& weight_type) {
    const std::string header =
        R"({"weight":{"dtype":")" + weight_type + R"(","shape":[1,2],"data_offsets":[0,4]},)" +
        R"("bias":{"dtype":"BF16","shape":[1],"data_offsets":[4,6]},)" +
        R"("scale":{"dtype":"F8_E5M2","shape":[1,1,1,1,1,1,2],"data_offsets":[6,8]}})";
    const auto length = static_cast<char>(header.size());
    write_file(path, length + std::string(7, '\0') + header +
                         "\x01\x3c\x02\x3c\x80\x3f"
                         "ab");
  };
  Linear layer{2, 1};
  put("F16");
  CHECK_THROWS_AS(nn::load(layer, path), FormatError);
  CHECK(nn::load(layer, path, {.strict = false}).unexpected == std::vector<std::string>{"scale"});
  const auto& parts = nn::Parts(layer).parameters;
  CHECK(parts[0].second->value().to_vector<float>() ==
        std::vector<float>{1 + 0x1p-10f, 1 + 0x1p-9f});
  CHECK(parts[1].second->value().item() == 1);
  put("I16");
  CHECK_THROWS_WITH_AS(nn::load(layer, path, {.strict = false}),
                       doctest::Contains("; weight is I16 in it and float32 in the model; build"),
                       FormatError);
  put("F8?");
  CHECK_THROWS_WITH_AS(nn::load(layer, path, {.strict = false}),
                       doctest::Contains("; weight: the dtype 'F8?' is unknown; try F32"),
                       FormatError);
}

TEST_CASE("load: an optimizer keeps its hold, and a failure half-way changes nothing") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  Linear layer{3, 2}, other{3, 2};
  nn::initialize(layer, {.seed = 1});
  nn::initialize(other, {.seed = 2});
  nn::save(other, path);
  const auto parts = nn::Parts(layer).parameters;
  const Node* const held = parts[0].second->leaf().node().get();
  const std::string before = to_string(parts[0].second->value());
  // the first tensor can be read, the second cannot
  set_memory_limit(memory_use().live_bytes + 1200);
  CHECK_THROWS_AS(nn::load(layer, path), MemoryError);
  set_memory_limit(static_cast<std::size_t>(-1));
  CHECK(to_string(parts[0].second->value()) == before);
  CHECK(parts[0].second->path() == "weight");
  nn::load(layer, path);
  CHECK(to_string(parts[0].second->value()) != before);
  CHECK(parts[0].second->leaf().node().get() == held);
}

TEST_CASE("load: a message lists some differences and counts the others") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  nn::NamedTensors tensors = {{"\x1b[31m" + std::string(1000, 'x'), zeros({1})}};
  for (int i = 0; i < 100; ++i) tensors.emplace_back(text("tensor ", i), zeros({1}));
  nn::write_safetensors(path, tensors);
  Linear layer{1, 1};
  const std::string message = message_of<FormatError>([&] { nn::load(layer, path); });
  CHECK(message.find("it lacks weight [1, 1]; it lacks bias [1]; the model has no ?[31mxxx") !=
        std::string::npos);
  CHECK(message.find("; and 83 more differences; build the model") != std::string::npos);
  CHECK(message.size() < 1500);
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
