#include <fmt/format.h>

#include <cmath>
#include <nn/data/images.hpp>
#include <nn/data/split.hpp>
#include <tensor/error.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/training/open_run.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

std::string size_of_images(const nn::Examples& examples) {
  const Shape shape = examples.shape();
  std::string size;
  for (const std::int64_t length : shape)
    size += (size.empty() ? "" : " x ") + std::to_string(length);
  return size;
}

nn::SharedDataset first_of(const nn::SharedDataset& dataset, std::int64_t limit) {
  if (limit > dataset->count())
    throw UsageError(
        fmt::format("--limit: {} examples, but there are {} to score", limit, dataset->count()));
  if (limit == 0) return dataset;
  if (const auto* const images = dynamic_cast<const nn::ImageDataset*>(&*dataset))
    return images->first(limit);  // it still knows what they were made from
  return nn::Subset(dataset, nn::indices_between(0, limit));
}

}  // namespace

void check_kind(const nn::Examples& built_for, const nn::Examples& found, bool named) {
  if (built_for.kind == found.kind) return;
  const auto* const table = std::get_if<nn::TableExample>(&built_for.kind);
  const auto* const other = std::get_if<nn::TableExample>(&found.kind);
  if (table && other && table->has_same_columns(*other)) return;
  const bool same_kind = built_for.kind.index() == found.kind.index();
  throw UsageError(fmt::format("{}: {}, but the model was built for {}; try other data",
                               named ? "--data" : "the run's data",
                               same_kind ? "examples of " + size_of_images(found) : name_of(found),
                               same_kind ? size_of_images(built_for) : name_of(built_for)));
}

Subject open_subject(const EvaluateOptions& options) {
  try {
    const Json config = config_of_run(options.run);
    std::unique_ptr<Recipe> recipe = open_run(options.run);
    Datasets data =
        options.data.empty() ? load_datasets(config) : load_datasets_at(options.data, config);
    check_kind(examples_from(config.at("examples")), data.test->examples(), !options.data.empty());
    data.test = first_of(data.test, options.limit);
    const std::uint64_t seed = config.at("seed");
    return {config, std::move(recipe), data, Random{seed}.fork("evaluation")};
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

Json null_or(double figure) { return std::isnan(figure) ? Json() : Json(figure); }

Json no_figures() {
  Json figures;
  for (const char* key : {"examples",
                          "likelihood",
                          "unit",
                          "samples",
                          "elbo",
                          "elbo_standard_error",
                          "bound",
                          "bound_standard_error",
                          "effective_sample_size",
                          "bits_per_dimension",
                          "rate",
                          "distortion",
                          "kl_per_dimension",
                          "active_units",
                          "accuracy",
                          "knn_accuracy",
                          "linear_probe_accuracy",
                          "frechet_pca50",
                          "mutual_information_gap",
                          "nats_per_token",
                          "perplexity",
                          "unknown_share",
                          "code",
                          "seconds"})
    figures[key] = nullptr;
  figures["references"] = Json::object();
  return figures;
}

void add_reference(Json& figures, const std::string& figure, const std::string& name,
                   double value) {
  figures["references"][figure].push_back({{"name", name}, {"value", value}});
}

void require_finite(bool finite, const char* what) {
  if (!finite)
    throw DataError(fmt::format("model: its {} are not finite; did its training diverge?", what));
}

void stop_if_interrupted() {
  if (interruptions) throw Interrupted("interrupted; nothing was written");
}

}  // namespace ebb::tools
