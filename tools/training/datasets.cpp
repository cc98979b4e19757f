#include <fmt/format.h>

#include <nn/data/digits.hpp>
#include <nn/data/idx.hpp>
#include <nn/data/split.hpp>
#include <tensor/error.hpp>
#include <tools/training/datasets.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

nn::ImageSplits load_images(const TrainOptions& options) {
  if (options.data.empty()) return nn::draw_digits();
  try {
    return nn::load_mnist(options.data, {.require_labels = false});
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

std::vector<std::int64_t> lengths_of(const Shape& shape) { return {shape.begin(), shape.end()}; }

Shape shape_from(const Json& lengths) { return Shape(lengths.get<std::vector<std::int64_t>>()); }

}  // namespace

Datasets load_datasets(const TrainOptions& options) {
  nn::ImageSplits data = load_images(options);
  if (options.limit > data.train.count())
    throw UsageError(fmt::format("--limit: {} images, but there are {} to train on", options.limit,
                                 data.train.count()));
  if (options.limit > 0) data.train = data.train.first(options.limit);
  const double part = options.validation.value_or(0);
  if (part == 0) return {data.train, data.test};
  try {
    const auto [train, validation] = nn::split(data.train, {1 - part, part}, options.seed);
    return {train, data.test, validation};
  } catch (const Error&) {
    throw UsageError(
        fmt::format("--validation: {} of {} images leaves none to train on, or none to select by",
                    part, data.train.count()));
  }
}

Json to_json(const nn::Examples& examples) {
  Json json = {{"classes", examples.classes}};
  if (const auto* image = std::get_if<nn::ImageExample>(&examples.kind)) {
    json["kind"] = "image";
    json["shape"] = {image->channels, image->height, image->width};
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
    const Shape shape = shape_from(json.at("shape"));
    const std::int64_t classes = json.at("classes");
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
