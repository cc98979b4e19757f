#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nn/data/image_folder.hpp>
#include <nn/data/split.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tools/training/datasets.hpp>
#include <tools/training/recipe.hpp>
#include <tools/training/sources/table.hpp>

namespace ebb::tools {

namespace {

using Json = nlohmann::ordered_json;

// "shift,flip", or "none".
nn::Augmentation augmentation_from(const std::string& words) {
  nn::Augmentation ways;
  if (words == "none") return ways;
  for (std::size_t begin = 0; begin <= words.size();) {
    const std::size_t end = std::min(words.find(',', begin), words.size());
    const std::string word = words.substr(begin, end - begin);
    begin = end + 1;
    bool* const way = word == "shift"   ? &ways.shift
                      : word == "flip"  ? &ways.flip
                      : word == "crop"  ? &ways.crop
                      : word == "noise" ? &ways.noise
                                        : nullptr;
    if (!way)
      throw UsageError(
          fmt::format("--augment: {} is none of shift, flip, crop and noise; try "
                      "shift,noise",
                      nn::in_quotes(word)));
    *way = true;
  }
  return ways;
}

// The indices of all examples whose lines a split of the lines chooses, for each of its parts.
std::vector<std::vector<std::int64_t>> split_lines(const std::vector<std::int64_t>& lines,
                                                   std::span<const double> parts,
                                                   std::uint64_t seed) {
  const auto chosen = nn::detail::split_indices(lines.back() + 1, parts, seed);
  std::vector<std::size_t> part_of(static_cast<std::size_t>(lines.back() + 1));
  for (std::size_t part = 0; part < chosen.size(); ++part)
    for (const std::int64_t line : chosen[part]) part_of[static_cast<std::size_t>(line)] = part;
  std::vector<std::vector<std::int64_t>> found(chosen.size());
  for (std::size_t i = 0; i < lines.size(); ++i)
    found[part_of[static_cast<std::size_t>(lines[i])]].push_back(static_cast<std::int64_t>(i));
  return found;
}

// Cuts the test set off where there is none.
void cut_test(Source& source, const TrainOptions& options) {
  if (source.test) {
    if (options.test)
      throw UsageError(
          fmt::format("--test: the data have a test set of {} examples; leave the option out",
                      (*source.test)->count()));
    return;
  }
  const std::int64_t count = source.train->count();
  const double part = options.test.value_or(0.1);
  try {
    if (!source.lines.empty()) {
      const double parts[] = {1 - part, part};
      const auto indices = split_lines(source.lines, parts, options.seed);
      source.test = nn::Subset(source.train, indices[1]);
      source.train = nn::Subset(source.train, indices[0]);
      return;
    }
    const auto [train, test] = nn::split(source.train, {1 - part, part}, options.seed);
    source.train = train;
    source.test = test;
  } catch (const Error&) {
    const bool texts = std::holds_alternative<nn::TextExample>(source.train->examples().kind);
    if (source.table || texts)
      throw DataError(fmt::format(
          "data: {} {}{}{}: too few to test with {} of them; try more, or another "
          "--test",
          count, texts ? "text" : "row", count == 1 ? "" : "s", texts ? "" : " of a table", part));
    throw UsageError(
        fmt::format("--test: {} of {} examples leaves none to train on or none to "
                    "test with; try another part",
                    part, count));
  }
}

std::vector<Json> sums_of(const Json& files) {
  std::vector<Json> sums;
  for (const Json& file : files) sums.push_back(file.at("sha256"));
  return sums;
}

// That of a model of texts: more of them are cut as it knows them.
std::shared_ptr<const nn::Vocabulary> vocabulary_in(const Json& config) {
  if (!config.contains("examples")) return nullptr;
  const nn::Examples built_for = examples_from(config["examples"]);
  const auto* const texts = std::get_if<nn::TextExample>(&built_for.kind);
  return texts ? texts->vocabulary : nullptr;
}

// Of the options in a config.json those that say which data.
TrainOptions data_options(const Json& config) {
  TrainOptions options;
  Options known;
  options.visit_data(known);
  known("seed", options.seed, "");
  known("limit", options.limit, "", {0});
  known("validation", options.validation, "", {0, 1});
  Json said = config;
  if (is_drawn(config.value("data", Json()))) said.erase("data");
  if (config.value("test", Json()) == 0.1) said.erase("test");  // once it was said of all data
  known.given_in(said).read(said);
  if (config.contains("model")) options.drawn = make_recipe(config["model"])->defaults().drawn;
  options.text.known = vocabulary_in(config);
  find_beside_data(options, config.value("data_files", Json()));
  return options;
}

// Options to read other data with: those of the run say how its own were read. Pictures of any size
// get that of the model, and its colors.
TrainOptions options_at(const std::string& path, const Json& config) {
  TrainOptions options = data_options(config);
  std::error_code unknown;
  const bool moved = !std::filesystem::equivalent(path, options.data, unknown);
  options.data = path;
  if (moved) options.labels.clear();
  const Json built_for = config.value("examples", Json::object());
  if (built_for.value("kind", "") == "table") {
    options.table.columns = table_from(built_for.at("columns"));
    options.table.kinds.clear(), options.table.missing.clear();
    return options;
  }
  if (!is_image_folder(path)) {
    options.size.clear();
    options.crop = options.gray = false;
    return options;
  }
  const nn::Examples examples = examples_from(config.value("examples", Json()));
  if (const auto* image = std::get_if<nn::ImageExample>(&examples.kind)) {
    options.size = fmt::format("{}x{}", image->height, image->width);
    options.gray = image->channels == 1;
  }
  return options;
}

// The part that a run selects by; no part, no dataset.
std::optional<nn::SharedDataset> cut_validation(Source& source, const TrainOptions& options) {
  const double part = options.validation.value_or(0);
  if (part == 0) return std::nullopt;
  try {
    const auto [train, validation] = nn::split(source.train, {1 - part, part}, options.seed);
    source.train = nn::SharedDataset(train);
    return nn::SharedDataset(validation);
  } catch (const Error&) {
    throw UsageError(
        fmt::format("--validation: {} of {} {} leaves none to train on, or none to select by", part,
                    source.train->count(), name_of(source.train->examples())));
  }
}

// Gives all parts of a table the columns of its training part.
void scale(Datasets& data) {
  const nn::TableExample columns = nn::fit_columns(data.train);
  data.train = nn::ScaledRows(data.train, columns);
  data.test = nn::ScaledRows(data.test, columns);
  if (data.validation)
    data.validation = nn::SharedDataset(nn::ScaledRows(*data.validation, columns));
  data.table = std::make_shared<const nn::Table>(data.table->with(columns));
}

}  // namespace

bool is_drawn(const Json& data) {
  return data == drawn_digits || data == drawn_sentences || data == drawn_rows;
}

Datasets load_datasets(const TrainOptions& options) {
  const nn::Augmentation augment = augmentation_from(options.augment);
  try {
    Source source = read_source(options);
    cut_test(source, options);
    const std::int64_t count = source.train->count();
    if (options.limit > count)
      throw UsageError(fmt::format("--limit: {} {}, but there are {} to train on", options.limit,
                                   name_of(source.train->examples()), count));
    if (options.limit > 0)
      source.train = nn::Subset(source.train, nn::indices_between(0, options.limit));
    if (augment.any() && !std::holds_alternative<nn::ImageExample>(source.train->examples().kind))
      throw UsageError("--augment: changes images, and the data are none");
    std::optional<nn::SharedDataset> validation = cut_validation(source, options);
    Datasets data = {source.train,   *source.test, std::move(validation), source.decoding, augment,
                     source.classes, source.notes, source.files,          source.table};
    if (data.table) scale(data);
    return data;
  } catch (const Error& error) {
    throw DataError(error.what());
  } catch (const std::filesystem::filesystem_error& error) {
    throw DataError(error.what());
  }
}

void find_beside_data(TrainOptions& options, const Json& files) {
  namespace fs = std::filesystem;
  std::error_code unknown;
  for (std::string* const said : {&options.table.kinds, &options.table.missing, &options.labels})
    for (const Json& file : files) {
      const fs::path path = file.at("path").get<std::string>();
      if (!said->empty() && !fs::exists(*said, unknown) &&
          path.filename() == fs::path(*said).filename())
        *said = path;
    }
}

Datasets load_datasets(const Json& config) {
  const Json files = config.value("data_files", Json());
  TrainOptions options = data_options(config);
  if (!files.is_null()) options.data = place_of(options.data, files);
  Datasets data = load_datasets(options);
  require_same_files(data, config);
  return data;
}

nn::TableOptions table_options(const Json& config, bool own) {
  nn::TableOptions options = data_options(config).table;
  options.columns = std::get<nn::TableExample>(examples_from(config.at("examples")).kind);
  if (!own) options.missing.clear();
  return options;
}

void require_same_files(const Datasets& data, const Json& config) {
  const Json before = config.value("data_files", Json());
  if (before.is_null()) return;  // drawn, or of an ebb that noted no sums
  const auto name_in = [](const Json& files, std::size_t i) {
    return i < files.size() ? files[i].value("path", "") : "";
  };
  for (std::size_t i = 0; i < std::max(before.size(), data.files.size()); ++i)
    if (i >= before.size() || i >= data.files.size() ||
        before[i].value("sha256", Json()) != data.files[i].value("sha256", Json())) {
      const std::string now = name_in(data.files, i);
      throw DataError(
          fmt::format("data: {} is not what the run learned from: names or contents of its files "
                      "are others",
                      nn::printable(now.empty() ? name_in(before, i) : now)));
    }
}

namespace {

// The data at a path: the run's own, or others, whose `test` is the part to score.
Datasets find_at(const std::string& path, const Json& config) {
  Source source = read_source(options_at(path, config));
  const Json own = config.value("data_files", Json());
  // Of a file that others lie beside, of labels or hidden cells, its own content tells.
  const bool is_folder = std::filesystem::is_directory(path);
  const bool same = !own.is_null() && (is_folder ? sums_of(source.files) == sums_of(own)
                                                 : sums_of(source.files)[0] == sums_of(own)[0]);
  if (!same)
    return {.train = source.train,
            .test = source.test ? *source.test : source.train,
            .files = source.files,
            .table = source.table,
            .own = false};
  Json moved = config;
  moved["data"] = path;
  const bool lacks_labels = !source.table && source.files.size() < own.size();
  if (lacks_labels && config.value("label_file", "") == "") moved["label_file"] = own[1].at("path");
  return load_datasets(moved);
}

}  // namespace

Datasets load_datasets_at(const std::string& path, const Json& config) {
  try {
    const Datasets found = find_at(path, config);
    if (found.own) return found;
    Datasets data = load_datasets(config);
    data.test = found.test, data.files = found.files, data.table = found.table;
    data.own = false;
    return data;
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

nn::SharedDataset test_set_at(const std::string& path, const Json& config) {
  try {
    return find_at(path, config).test;
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

}  // namespace ebb::tools
