#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <nn/data/split.hpp>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/page/opened.hpp>

namespace ebb::tools {

namespace {

// A number of a picture takes about a byte of the page.
constexpr std::int64_t most_numbers = 1'500'000, fewest_shown = 8;

nn::SharedDataset first_of(const nn::SharedDataset& data, std::int64_t most) {
  if (data->count() <= most) return data;
  return nn::Subset(data, nn::indices_between(0, most));
}

// Texts of one batch are as long as its longest: zeros fill up those of other batches.
void fill_up(std::vector<Tensor>& texts) {
  std::int64_t longest = 0;
  for (const Tensor& x : texts) longest = std::max(longest, x.size(1));
  for (Tensor& x : texts)
    if (x.size(1) < longest) x = cat({x, zeros({x.size(0), longest - x.size(1)}, x.dtype())}, 1);
}

Tensor joined(const std::vector<Tensor>& parts) { return parts.empty() ? Tensor() : cat(parts); }

}  // namespace

PreparedExamples OpenedRun::test() const {
  if (!data) throw Error("page: the run's data are gone; " + why_no_data);
  return trained.prepare(data->test, "test");
}

std::string OpenedRun::why_no_codes() const {
  if (!data) return why_nothing();
  const bool no_width = trained.config.value("latent", nlohmann::ordered_json()) == 0;
  return fmt::format("The model, {}, has no codes{}.", recipe().name(),
                     no_width ? ": its --latent is 0" : "");
}

std::string OpenedRun::why_nothing() const {
  return "The data that the run learned from are not there: " + why_no_data + ".";
}

bool OpenedRun::has_normal_prior() const {
  const nlohmann::ordered_json& config = trained.config;
  const std::string model = config.at("model");
  if (model == "vae")
    return config.value("prior", "standard") == "standard" && config.at("latent").is_number();
  return model == "wae" || model == "semi-supervised" || model == "text" || model == "table";
}

OpenedRun open_for_page(const std::string& folder, const ReportOptions& options) {
  OpenedRun run{folder, open_trained(folder)};
  try {
    run.data = load_datasets(run.trained.config);
    run.data->test = first_of(run.data->test, options.limit);
    check_kind(run.trained.examples, run.data->test->examples(), false);
    const std::int64_t size = run.trained.examples.shape().count();
    run.shown = std::min({options.images, run.data->test->count(),
                          std::max(fewest_shown, most_numbers / std::max<std::int64_t>(size, 1))});
  } catch (const DataError& error) {
    run.data.reset();
    run.why_no_data = error.what();
  }
  return run;
}

nn::Batch chosen(const PreparedExamples& examples, const std::vector<std::int64_t>& indices) {
  std::vector<Tensor> inputs, targets, masks, lengths;
  nn::Batch batch;
  for (std::int64_t at = -1; const std::int64_t index : indices) {
    const std::int64_t needed = index / PreparedExamples::batch_size;
    if (needed != at) batch = examples.batch(at = needed);
    const std::int64_t place = index % PreparedExamples::batch_size;
    const nn::Batch one = part_of(batch, place, place + 1);
    inputs.push_back(one.inputs);
    if (one.targets.count() > 0) targets.push_back(one.targets);
    if (one.mask.count() > 0) masks.push_back(one.mask);
    if (one.lengths.count() > 0) lengths.push_back(one.lengths);
  }
  if (!lengths.empty()) fill_up(inputs), fill_up(masks);
  return {joined(inputs), joined(targets), joined(masks), joined(lengths)};
}

Tensor reconstructed(const Recipe& recipe, const nn::Batch& batch) {
  const NoGrad constants;
  Random noise{0};
  nn::Pass pass{noise};
  const Variable codes = recipe.encode(batch, pass);
  if (codes.count() == 0) return {};
  return recipe.decode(codes, pass, batch.targets).inputs;
}

}  // namespace ebb::tools
