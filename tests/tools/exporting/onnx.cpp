#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/scan.hpp>
#include <autograd/views.hpp>
#include <cstdlib>
#include <cstring>
#include <nn/files/npy.hpp>
#include <set>
#include <tensor/makers.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>
#include <tests/tools/exporting/models.hpp>
#include <tools/exporting/onnx.hpp>

using namespace ebb;
using namespace ebb::tools;

namespace {

// A field of a message, read by the rules of the encoding.
struct Field {
  std::uint64_t number = 0, whole = 0;
  std::string bytes = {};
};

std::uint64_t varint(const std::string& bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(at++));
    value |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return value;
  }
}

std::vector<Field> fields_of(const std::string& bytes) {
  std::vector<Field> fields;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint64_t key = varint(bytes, at);
    REQUIRE((key & 7) % 2 == 0);  // numbers as varints, all else with its length
    Field field = {key >> 3};
    if ((key & 7) == 0) {
      field.whole = varint(bytes, at);
    } else {
      const std::uint64_t size = varint(bytes, at);
      REQUIRE(at + size <= bytes.size());
      field.bytes = bytes.substr(at, size);
      at += size;
    }
    fields.push_back(field);
  }
  return fields;
}

// All fields of that number, along a path of messages: {7, 1, 4} are the types of all nodes.
std::vector<Field> all(const std::string& bytes, const std::vector<std::uint64_t>& path) {
  std::vector<std::string> messages = {bytes};
  std::vector<Field> found;
  for (const std::uint64_t number : path) {
    found.clear();
    for (const std::string& message : messages)
      for (const Field& field : fields_of(message))
        if (field.number == number) found.push_back(field);
    messages.clear();
    for (const Field& field : found) messages.push_back(field.bytes);
  }
  return found;
}
std::vector<std::string> texts(const std::string& bytes, const std::vector<std::uint64_t>& path) {
  std::vector<std::string> list;
  for (const Field& field : all(bytes, path)) list.push_back(field.bytes);
  return list;
}
std::vector<std::uint64_t> numbers(const std::string& bytes,
                                   const std::vector<std::uint64_t>& path) {
  std::vector<std::uint64_t> list;
  for (const Field& field : all(bytes, path)) list.push_back(field.whole);
  return list;
}

using Texts = std::vector<std::string>;
using Wholes = std::vector<std::uint64_t>;

Graph graph_of_three(const std::function<Variable(const Variable&)>& function) {
  return graph_of({{"x", {3}}}, [&](const std::vector<Tensor>& inputs) {
    return Outputs{{"y", function(inputs[0])}};
  });
}

// Every node reads what was there before it, and names what was not.
void check_order(const std::string& model, const std::string& words) {
  std::set<std::string> known;
  for (const std::string& name : texts(model, {7, 5, 8})) known.insert(name);
  for (const std::string& name : texts(model, {7, 11, 1})) known.insert(name);
  for (const std::string& node : texts(model, {7, 1})) {
    for (const std::string& input : texts(node, {1})) CHECK_MESSAGE(known.count(input), words);
    for (const std::string& output : texts(node, {2}))
      CHECK_MESSAGE(known.insert(output).second, words);
  }
  for (const std::string& name : texts(model, {7, 12, 1})) CHECK_MESSAGE(known.count(name), words);
}

}  // namespace

TEST_CASE("onnx: the bytes of a model, read by the rules of protocol buffers") {
  const Tensor weight = from_vector<float>({1, 2, 3, 4, 5, 6}, {2, 3});
  const Graph graph = graph_of_three(
      [&](const Variable& x) { return relu(linear(x, Variable(weight), Variable(ones({2})))); });
  const std::string model = onnx_of(graph, {"small", "a small one", {{"x", "three numbers"}}});
  CHECK(numbers(model, {1}) == Wholes{8});
  CHECK(texts(model, {2}) == Texts{"ebb"});
  CHECK(texts(model, {6}) == Texts{"a small one"});
  CHECK(numbers(model, {8, 2}) == Wholes{17});
  CHECK(texts(model, {7, 2}) == Texts{"small"});
  CHECK(texts(model, {7, 1, 4}) == Texts{"Gemm", "Relu"});
  CHECK(texts(model, {7, 1, 2}).back() == "y");
  CHECK(texts(model, {7, 1, 5, 1}) == Texts{"transB"});
  CHECK(numbers(model, {7, 1, 5, 3}) == Wholes{1});
  CHECK(numbers(model, {7, 5, 1}) == Wholes{2, 3, 2});
  CHECK(numbers(model, {7, 5, 2}) == Wholes{1, 1});
  float raw[6];
  std::memcpy(raw, texts(model, {7, 5, 9})[0].data(), sizeof raw);
  CHECK(std::vector<float>(raw, raw + 6) == weight.to_vector<float>());
  CHECK(texts(model, {7, 11, 1}) == Texts{"x"});
  CHECK(texts(model, {7, 11, 3}) == Texts{"three numbers"});
  CHECK(texts(model, {7, 11, 2, 1, 2, 1, 2}) == Texts{"batch"});
  CHECK(numbers(model, {7, 11, 2, 1, 2, 1, 1}) == Wholes{3});
  CHECK(texts(model, {7, 12, 1}) == Texts{"y"});
}

TEST_CASE("onnx: every part of every model is a list in order, with weights under their paths") {
  for (const ExportedModel& model : exported_models())
    for (const char* part : {"encoder", "decoder"})
      if (const auto graph = graph_of_part(part, *model.recipe, model.examples))
        check_order(onnx_of(*graph, {"part", "", {}}), model.words);
  const ExportedModel vae("vae");
  const std::string decoder =
      onnx_of(*graph_of_part("decoder", *vae.recipe, vae.examples), {"part", "", {}});
  const Texts names = texts(decoder, {7, 5, 8});
  CHECK(std::set<std::string>(names.begin(), names.end()).count("decoder.output.weight") == 1);
}

TEST_CASE("onnx: an output that is an input, two that are one, and what there are no words for") {
  const Graph same = graph_of({{"x", {3}}}, [](const std::vector<Tensor>& inputs) {
    const Variable y = exp(Variable(inputs[0]));
    return Outputs{{"a", y}, {"b", y}};
  });
  const std::string model = onnx_of(same, {"same", "", {}});
  CHECK(texts(model, {7, 1, 4}) == Texts{"Exp", "Identity"});
  CHECK(texts(model, {7, 12, 1}) == Texts{"a", "b"});
  const Graph unknown = graph_of_three([](const Variable& x) { return cumsum(x, 1); });
  CHECK(message_of<UsageError>([&] {
          return onnx_of(unknown, {"u", "", {}}).size();
        }) == "onnx: there are no words for the operation cumsum; try a model without it");
  Graph large = same;
  large.values.push_back({{600'000'000}, DType::float32, "", expand(ones({1}), {600'000'000})});
  CHECK(message_of<UsageError>([&] {
          return onnx_of(large, {"l", "", {}}).size();
        }) ==
        "onnx: 600000000 weights are more than the 2 GB that a file can hold; try a smaller model");
}

// EBB_PYTHON names a Python that has onnx and onnxruntime; otherwise python3 is asked.
TEST_CASE("onnx: onnxruntime computes what Ebb computes") {
  const char* const named = std::getenv("EBB_PYTHON");
  const std::string python = named ? named : "python3";
  if (run({python, "-c", "import onnx, onnxruntime"}).exit_code != 0)
    return skip("python3 has no onnx and onnxruntime");
  const TemporaryFolder place;
  int count = 0;
  for (const ExportedModel& model : exported_models())
    for (const char* part : {"encoder", "decoder"})
      if (const auto graph = graph_of_part(part, *model.recipe, model.examples)) {
        const std::filesystem::path folder = place.path() / std::to_string(count++);
        std::filesystem::create_directory(folder);
        write_file(folder / "model.onnx", onnx_of(*graph, {"part", model.words, {}}));
        const nn::Batch batch = model.batch(5);
        nn::write_npy(folder / "in.images.npy", batch.inputs);
        nn::write_npy(folder / "in.labels.npy", batch.targets);
        if (part == std::string("decoder"))
          nn::write_npy(folder / "in.codes.npy", model.codes(batch));
        for (const auto& [name, value] : model.outputs(part, batch))
          nn::write_npy(folder / ("out." + name + ".npy"), value.value());
      }
  const Finished finished = run(
      {python, "-c",
       "import glob, numpy, onnx, onnxruntime\n"
       "for folder in sorted(glob.glob('*')):\n"
       "  model = onnx.load(folder + '/model.onnx')\n"
       "  onnx.checker.check_model(model, full_check=True)\n"
       "  session = onnxruntime.InferenceSession(folder + '/model.onnx')\n"
       "  given = {i.name: numpy.load(f'{folder}/in.{i.name}.npy') for i in session.get_inputs()}\n"
       "  if 'labels' in given: given['labels'] = given['labels'].astype(numpy.int64)\n"
       "  names = [o.name for o in session.get_outputs()]\n"
       "  for n in 5, 1:\n"
       "    found = session.run(names, {name: x[:n] for name, x in given.items()})\n"
       "    for name, y in zip(names, found):\n"
       "      wanted = numpy.load(f'{folder}/out.{name}.npy')[:n]\n"
       "      if y.shape != wanted.shape or not numpy.allclose(y, wanted, 1e-5, 1e-5):\n"
       "        print(folder, model.doc_string, name, y.shape, numpy.abs(y - wanted).max())\n"
       "print('compared')\n"},
      {.folder = place.path(), .environment = {}});
  CHECK_MESSAGE(finished.output == "compared\n", finished.errors);
}
