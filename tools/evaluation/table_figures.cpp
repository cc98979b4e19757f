#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <cmath>
#include <models/tables/table_autoencoder.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tensor/random.hpp>
#include <tools/evaluation/baselines/compressors.hpp>
#include <tools/evaluation/baselines/simple_imputation.hpp>
#include <tools/evaluation/imputation.hpp>
#include <tools/evaluation/table_figures.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

constexpr double hidden_part = 0.2;

Json number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

Json nats_per_column(const Subject& subject, const models::TableAutoencoder& model) {
  const NoGrad constants;
  const PreparedExamples test = subject.test();
  const auto& columns = model.likelihoods.groups().columns;
  std::vector<double> sums(columns.size()), known(columns.size());
  for (std::int64_t i = 0; i < test.batches(); ++i) {
    stop_if_interrupted();
    Random noise = subject.noise.fork("cells").fork(std::to_string(i));
    nn::Pass pass{noise};
    const models::Cells cells = model.cells(test.batch(i));
    const std::vector<float>
        nats = model.cell_log_probabilities(cells, pass).value().to_vector<float>(),
        mask = cells.known.to_vector<float>();
    for (std::size_t k = 0; k < nats.size(); ++k)
      sums[k % columns.size()] += nats[k], known[k % columns.size()] += mask[k];
  }
  Json each = Json::object();
  for (std::size_t j = 0; j < columns.size(); ++j)
    each[columns[j].name] = number(sums[j] / known[j]);
  return each;
}

// The rows to fill: those with the user's hidden cells, else test rows with some by chance.
nn::Table table_to_fill(const Subject& subject) {
  const auto& whole = subject.data.table;
  if (whole && whole->count_of(nn::CellState::hidden) > 0) return *whole;
  const nn::Table test = table_of(*subject.data.test);
  Random noise = subject.noise.fork("hidden cells");
  const std::int64_t count = test.count() * static_cast<std::int64_t>(test.columns().size());
  const std::vector<float> chance = rand({count}, noise).to_vector<float>();
  std::vector<bool> hide;
  for (const float each : chance) hide.push_back(each < hidden_part);
  return test.hide(hide);
}

Json errors_of(const std::string& name, const nn::Table& table, const Tensor& filled) {
  const ImputationErrors errors = imputation_errors(table, filled);
  Json figures = {{"by", name}, {"squared_error", number(errors.squared_error)}};
  figures["numbers"] = errors.numbers.cells > 0 ? Json(errors.numbers.error) : Json();
  figures["words"] = errors.words.cells > 0 ? Json(errors.words.error) : Json();
  for (const auto& [kind, all] : errors.kinds) figures[nn::name_of(kind)] = all.error;
  return figures;
}

}  // namespace

void measure_table(const Subject& subject, Progress& progress, Json& figures) {
  const models::TableAutoencoder* const model = subject.recipe->table();
  if (!model) return;
  figures["unit"] = "nats per row";
  figures["bits_per_dimension"] = nullptr;
  figures["nats_per_column"] = nats_per_column(subject, *model);
  figures["bits_per_row"] = nullptr;
  const Json& files = subject.data.files;
  if (subject.recipe->claim() == Claim::probability) {
    const Json& tight = figures[figures["bound"].is_null() ? "elbo" : "bound"];
    figures["bits_per_row"] = -tight.get<double>() / std::log(2.0);
    if (!files.is_null() && subject.data.table) {
      const std::string bytes = nn::read_file(files.at(0).at("path"));
      add_reference(figures, "bits_per_row", "bzip2 -9 of the file",
                    8 * static_cast<double>(bzip2_size(bytes)) /
                        static_cast<double>(subject.data.table->count()));
    }
  }
  if (progress.due()) progress.show("imputation");
  const nn::Table table = table_to_fill(subject), train = table_of(*subject.data.train);
  const std::int64_t hidden = table.count_of(nn::CellState::hidden);
  if (hidden == 0) return;
  Json by = Json::array();
  by.push_back(errors_of("this model", table,
                         fill_table(*model, table, false, subject.noise.fork("imputation"))));
  by.push_back(errors_of("means and modes", table, fill_by_means(train, table)));
  for (const std::int64_t components : {1, 10}) {
    if (progress.due()) progress.show("Gaussians by EM");
    const GaussianFiller em(train, components);
    by.push_back(errors_of(em.name(), table, em.fill(table)));
    const double density = em.log_density(table_of(*subject.data.test));
    if (std::isfinite(density)) add_reference(figures, "bound", em.name(), density);
  }
  figures["imputation"] = {{"cells", hidden}, {"errors", by}};
}

std::vector<std::string> lines_about_table(const Json& figures) {
  std::vector<std::string> lines;
  if (!figures.contains("nats_per_column")) return lines;
  if (!figures["bits_per_row"].is_null()) {
    std::string line =
        fmt::format("{:<22}{:.2f}", "bits per row", figures["bits_per_row"].get<double>());
    if (figures["references"].contains("bits_per_row"))
      for (const Json& rung : figures["references"]["bits_per_row"])
        line = fmt::format("{:<56}| {} {:.2f}", line, rung["name"].get<std::string>(),
                           rung["value"].get<double>());
    lines.push_back(line);
  }
  for (const auto& [name, nats] : figures["nats_per_column"].items())
    if (!nats.is_null())
      lines.push_back(fmt::format("  {:<20}{:.3f} nats", nn::printable(name), nats.get<double>()));
  if (!figures.contains("imputation")) return lines;
  lines.push_back(fmt::format("{} hidden cells, filled by",
                              figures["imputation"]["cells"].get<std::int64_t>()));
  for (const Json& one : figures["imputation"]["errors"]) {
    std::string line = fmt::format("  {}:", one["by"].get<std::string>());
    if (!one["squared_error"].is_null())
      line += fmt::format(" squared error {:.4f}, by the range {:.4f};",
                          one["squared_error"].get<double>(), one["numbers"].get<double>());
    if (!one["words"].is_null())
      line += fmt::format(" words off {:.4f};", one["words"].get<double>());
    line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

}  // namespace ebb::tools
