#include <tensor/error.hpp>
#include <tools/training/examples.hpp>
#include <tools/training/sources/table.hpp>
#include <tools/training/sources/text.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

std::vector<std::int64_t> lengths_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

Shape shape_from(const Json& lengths) { return Shape(lengths.get<std::vector<std::int64_t>>()); }

}  // namespace

const char* name_of(const nn::Examples& examples) {
  return std::visit(
      [](const auto& kind) {
        using Kind = std::decay_t<decltype(kind)>;
        if (std::is_same_v<Kind, nn::ImageExample>) return "images";
        if (std::is_same_v<Kind, nn::TextExample>) return "texts";
        return std::is_same_v<Kind, nn::TableExample> ? "rows" : "examples";
      },
      examples.kind);
}

Json to_json(const nn::Examples& examples) {
  Json json = {{"classes", examples.classes}};
  if (const auto* image = std::get_if<nn::ImageExample>(&examples.kind)) {
    json["kind"] = "image";
    json["shape"] = {image->channels, image->height, image->width};
  } else if (const auto* texts = std::get_if<nn::TextExample>(&examples.kind)) {
    json["kind"] = "text";
    json["vocabulary"] = to_json(*texts);
  } else if (const auto* table = std::get_if<nn::TableExample>(&examples.kind)) {
    json["kind"] = "table";
    json["columns"] = to_json(*table);
  } else {
    const auto& arrays = std::get<nn::ArrayExample>(examples.kind);
    json["kind"] = "arrays";
    json["shape"] = lengths_of(arrays.inputs);
    json["targets"] = lengths_of(arrays.targets);
  }
  return json;
}

nn::Examples examples_from(const Json& json) {
  try {
    const std::string kind = json.at("kind");
    const std::int64_t classes = json.at("classes");
    if (kind == "text") return {text_from(json.at("vocabulary")), classes};
    if (kind == "table") return {table_from(json.at("columns")), classes};
    const Shape shape = shape_from(json.at("shape"));
    if (kind == "image" && shape.rank() == 3)
      return {nn::ImageExample{shape[0], shape[1], shape[2]}, classes};
    if (kind == "arrays") return {nn::ArrayExample{shape, shape_from(json.at("targets"))}, classes};
    throw FormatError("config: examples of the kind '" + kind +
                      "' are unknown; is it of a newer ebb?");
  } catch (const Json::exception& error) {
    throw FormatError(text("config: examples is damaged (", error.what(), ")"));
  }
}

}  // namespace ebb::tools
