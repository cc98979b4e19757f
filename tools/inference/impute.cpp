#include <fmt/format.h>

#include <models/tables/table_autoencoder.hpp>
#include <nn/data/tables/guess.hpp>
#include <nn/data/tables/read_table.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tools/evaluation/imputation.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/impute.hpp>

namespace ebb::tools {

namespace {

nn::TableFile read(const InferenceOptions& options, const Trained& trained) {
  const auto& config = trained.config;
  const auto files = config.value("data_files", nlohmann::ordered_json());
  const bool own = options.table.empty();
  if (own && files.is_null())
    throw UsageError("impute: which table? The run learned from drawn rows; name a .csv file");
  nn::TableOptions how = table_options(config, own);
  if (!options.missing.empty()) how.missing = options.missing;
  try {
    return nn::read_table(own ? place_of(config.at("data"), files) : options.table, how);
  } catch (const MemoryError&) {
    throw;
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

bool says_nothing(const nn::TableFile& file, std::int64_t i, std::int64_t j) {
  return nn::is_missing(file.csv.cell(i + (file.header ? 1 : 0), j));
}

// Words that the model does not know are no known cells, but stay.
bool is_filled(const nn::TableFile& file, std::int64_t i, std::int64_t j) {
  const nn::Column& column = file.table.columns()[static_cast<std::size_t>(j)];
  if (column.kind == nn::ColumnKind::ignored || column.seen == 0) return false;
  const nn::CellState state = file.table.state(i, j);
  return state == nn::CellState::hidden ||
         (state == nn::CellState::missing && says_nothing(file, i, j));
}

std::string count_cells(const nn::TableFile& file) {
  std::int64_t filled = 0, unknown = 0;
  for (std::int64_t i = 0; i < file.table.count(); ++i)
    for (std::int64_t j = 0; j < file.csv.columns(); ++j) {
      const nn::Column& column = file.table.columns()[static_cast<std::size_t>(j)];
      filled += is_filled(file, i, j);
      unknown += column.has_words() && file.table.state(i, j) == nn::CellState::missing &&
                 !says_nothing(file, i, j);
    }
  const std::string known = fmt::format("{} cells filled", nn::grouped(filled));
  if (unknown == 0) return known;
  return fmt::format("{}, {} with words that the model does not know stay", known,
                     nn::grouped(unknown));
}

// The file with cells from `filled` where nothing is known.
std::string text_of(const nn::TableFile& file, const Tensor& filled, bool decimal_comma) {
  const std::vector<double> cells = filled.to_vector<double>();
  const std::int64_t width = file.csv.columns();
  return file.csv.with([&](std::int64_t line, std::int64_t j) -> std::optional<std::string> {
    const std::int64_t i = line - (file.header ? 1 : 0);
    if (i < 0 || !is_filled(file, i, j)) return std::nullopt;
    const nn::Column& column = file.table.columns()[static_cast<std::size_t>(j)];
    return nn::cell_of(column, cells[static_cast<std::size_t>(i * width + j)], decimal_comma);
  });
}

std::string about(const nn::Table& table, const Tensor& filled) {
  if (table.count_of(nn::CellState::hidden) == 0) return "";
  const ImputationErrors errors = imputation_errors(table, filled);
  std::string line =
      fmt::format("; {} hidden cells:", nn::grouped(errors.numbers.cells + errors.words.cells));
  if (errors.numbers.cells > 0)
    line += fmt::format(" numbers: squared error {:.4f} variances, {:.4f} of the range",
                        errors.squared_error, errors.numbers.error);
  if (errors.words.cells > 0)
    line += fmt::format("{} words: {:.4f} wrong", errors.numbers.cells > 0 ? "," : "",
                        errors.words.error);
  return line;
}

}  // namespace

std::string impute(const InferenceOptions& options, const Trained& trained) {
  const models::TableAutoencoder* const model = trained.recipe->table();
  if (!model)
    throw UsageError(
        fmt::format("model: {} does not know cells; try a run of table", trained.recipe->name()));
  const nn::TableFile file = read(options, trained);
  const bool comma = trained.config.value("decimal_comma", false);
  const Random noise = Random{options.seed}.fork("imputation");
  const std::string cells = count_cells(file);
  if (options.draws == 0) {
    const Tensor filled = fill_table(*model, file.table, false, noise);
    nn::write_file(options.out, text_of(file, filled, comma));
    return fmt::format("table: {}, {}{}", options.out, cells, about(file.table, filled));
  }
  const std::string name = options.out.substr(0, options.out.size() - 4);
  for (std::int64_t i = 1; i <= options.draws; ++i) {
    const Tensor filled = fill_table(*model, file.table, true, noise.fork(std::to_string(i)));
    nn::write_file(fmt::format("{}-{}.csv", name, i), text_of(file, filled, comma));
  }
  return fmt::format("tables: {0}-1.csv to {0}-{1}.csv, in each {2}", name, options.draws, cells);
}

}  // namespace ebb::tools
