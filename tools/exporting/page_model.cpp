#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <nn/files/printable.hpp>
#include <tools/common/base64.hpp>
#include <tools/exporting/page_model.hpp>
#include <tools/exporting/parts.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t most_weights = 1'000'000;  // of both parts

// Numbers as integers times a scale.
struct Weights {
  // Returns the scale.
  double add(const std::vector<float>& numbers) {
    float largest = 0;
    for (const float number : numbers) largest = std::max(largest, std::abs(number));
    const double scale = largest > 0 ? largest / 32'767.0 : 1;
    for (const float number : numbers)
      whole.push_back(static_cast<std::uint16_t>(std::lround(number / scale)));
    return scale;
  }

  std::string packed() const {
    std::string planes;
    for (const int shift : {0, 8})
      for (const std::uint16_t each : whole) planes += static_cast<char>(each >> shift);
    uLongf size = compressBound(planes.size());
    std::string bytes(size, '\0');
    if (compress2(reinterpret_cast<Bytef*>(bytes.data()), &size,
                  reinterpret_cast<const Bytef*>(planes.data()), planes.size(), 9) != Z_OK)
      throw MemoryError("page_model: no memory to pack the weights");
    bytes.resize(size);
    return base64(bytes);
  }

  std::vector<std::uint16_t> whole;  // two's complement
};

void add_constant(Json& part, Weights& weights, std::size_t value, const Tensor& x) {
  Json entry = Json::array();
  entry.push_back(value);
  if (x.rank() == 0) {
    entry.push_back(x.item());
    part["scalars"].push_back(entry);
    return;
  }
  entry.push_back(weights.whole.size());
  entry.push_back(weights.add(cast(x, DType::float32).to_vector<float>()));
  part["weights"].push_back(entry);
}

Json operation_of(const Graph::Operation& operation) {
  Json json = {{"name", operation.name}, {"inputs", operation.inputs}};
  json["output"] = operation.output;
  for (const auto& [name, value] : operation.attributes)
    std::visit([&, key = name](const auto& known) { json[key] = known; }, value);
  return json;
}

Json json_of(const Graph& graph, Weights& weights) {
  Json part;
  for (const char* name : {"values", "inputs", "outputs", "weights", "scalars", "operations"})
    part[name] = Json::array();
  for (std::size_t i = 0; i < graph.values.size(); ++i) {
    part["values"].push_back(graph.values[i].shape);
    if (graph.values[i].constant.count() > 0)
      add_constant(part, weights, i, graph.values[i].constant);
  }
  for (const std::size_t input : graph.inputs)
    part["inputs"].push_back({{"name", graph.values[input].name}, {"value", input}});
  for (const Graph::Output& output : graph.outputs)
    part["outputs"].push_back({{"name", output.name}, {"value", output.value}});
  for (const Graph::Operation& operation : graph.operations)
    part["operations"].push_back(operation_of(operation));
  return part;
}

// Adds a part, or returns why not.
std::string add_part(Json& model, Weights& weights, const char* name, const Recipe& recipe,
                     const nn::Examples& examples) {
  try {
    const std::optional<Graph> graph = graph_of_part(name, recipe, examples);
    if (!graph) return fmt::format("a {} has none", recipe.summary());
    const auto before = static_cast<std::int64_t>(weights.whole.size());
    const std::int64_t more = graph->weights();
    if (before + more > most_weights)
      return fmt::format("its {} weights{} are more than a page holds, {}", nn::grouped(more),
                         more > most_weights ? "" : " and those of the decoder",
                         nn::grouped(most_weights));
    model["parts"][name] = json_of(*graph, weights);
    return "";
  } catch (const MemoryError&) {
    throw;
  } catch (const Error& error) {  // it is no list of operations
    return error.what();
  }
}

}  // namespace

Json page_model(const Recipe& recipe, const nn::Examples& examples) {
  Json model = {{"parts", Json::object()}, {"missing", Json::object()}};
  Weights weights;
  for (const char* name : {"decoder", "encoder"}) {
    const std::string why = add_part(model, weights, name, recipe, examples);
    if (!why.empty()) model["missing"][name] = why;
  }
  model["likelihood"] = recipe.likelihood();
  model["weights"] = weights.packed();
  return model;
}

}  // namespace ebb::tools
