#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <nn/data/npy_data.hpp>
#include <nn/files/csv.hpp>
#include <nn/files/file.hpp>
#include <nn/files/npy.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/inference/impute.hpp>
#include <tools/inference/inference.hpp>
#include <tools/inference/output.hpp>
#include <tools/inference/scores.hpp>

namespace ebb::tools {

namespace {

[[noreturn]] void refuse(const Trained& trained, const char* why) {
  throw UsageError(fmt::format("model: {} {}", trained.recipe->name(), why));
}

std::string encode(const InferenceOptions& options, const Trained& trained) {
  if (trained.code_width() == 0) refuse(trained, "has no codes; try a run of ae or vae");
  Random noise = Random{options.seed}.fork("codes");
  nn::Pass pass{noise};
  const nn::Batch codes = collect(examples_for(options, trained), [&](const nn::Batch& batch) {
    const Recipe& recipe = *trained.recipe;
    const Variable found =
        options.draw ? recipe.draw_codes(batch, pass) : recipe.encode(batch, pass);
    if (found.count() == 0)
      refuse(trained, "draws no codes, they follow from the examples; leave --draw out");
    return nn::Batch{.inputs = found.value(), .targets = batch.targets};
  });
  return "codes: " + write_codes(options.out, codes.inputs, codes.targets);
}

// What a model made: rows, or images.
std::string write_made(const InferenceOptions& options, const Trained& trained,
                       const nn::Batch& made) {
  if (const auto* const table = std::get_if<nn::TableExample>(&trained.examples.kind))
    return "rows: " + write_rows(options.out, table->columns, made.inputs);
  return "images: " + write_images(options.out, made, options.columns);
}

// Codes of a file, with their labels if it has some.
nn::Batch read_codes(const InferenceOptions& options, std::int64_t width) {
  const std::string path = nn::printable(options.codes);
  const std::string beside =
      options.labels.empty() ? nn::labels_beside(options.codes) : options.labels;
  const Tensor codes = nn::read_npy(options.codes);
  const Tensor labels = beside.empty() ? Tensor() : nn::read_npy(beside);
  if (codes.rank() != 2 || codes.size(1) != width || codes.size(0) == 0)
    throw UsageError(fmt::format("{}: codes {}, but the model's are [n, {}]; try other codes", path,
                                 text(codes.shape()), width));
  if (labels.count() > 0 &&
      (labels.shape() != Shape{codes.size(0)} || labels.dtype() != DType::int32))
    throw UsageError(fmt::format("{}: labels {} of {} codes; they must be whole numbers, one each",
                                 nn::printable(beside), text(labels.shape()), codes.size(0)));
  return {.inputs = cast(codes, DType::float32), .targets = labels};
}

nn::Batch decode_file(const InferenceOptions& options, const Trained& trained) {
  const NoGrad constants;
  Random noise{0};
  nn::Pass pass{noise};
  try {
    const nn::Batch codes = read_codes(options, trained.code_width());
    std::vector<Tensor> images;
    const std::int64_t count = codes.inputs.size(0), at_once = PreparedExamples::batch_size;
    for (std::int64_t i = 0; i < count; i += at_once) {
      stop_if_interrupted();
      const nn::Batch part = part_of(codes, i, std::min(i + at_once, count));
      images.push_back(trained.recipe->decode(part.inputs, pass, part.targets).inputs);
    }
    return {.inputs = cat(images), .targets = codes.targets};
  } catch (const MemoryError&) {
    throw;
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

std::string decode(const InferenceOptions& options, const Trained& trained) {
  if (trained.code_width() == 0) refuse(trained, "has no codes; try a run of ae or vae");
  if (!options.codes.empty()) return write_made(options, trained, decode_file(options, trained));
  Random noise{0};
  nn::Pass pass{noise};
  const nn::Batch images = collect(examples_for(options, trained), [&](const nn::Batch& batch) {
    const Variable codes = trained.recipe->encode(batch, pass);
    return nn::Batch{.inputs = trained.recipe->decode(codes, pass, batch.targets).inputs,
                     .targets = batch.targets};
  });
  return write_made(options, trained, images);
}

std::string sample(const InferenceOptions& options, const Trained& trained) {
  const NoGrad constants;
  Random noise = Random{options.seed}.fork("samples");
  nn::Pass pass{noise};
  // Whole turns through the classes, so that labels go on from one to the next.
  const std::int64_t classes = std::max<std::int64_t>(1, trained.examples.classes),
                     at_once = divide_up(PreparedExamples::batch_size, classes) * classes;
  std::vector<Tensor> images, labels;
  for (std::int64_t done = 0; done < options.count; done += at_once) {
    stop_if_interrupted();
    const nn::Batch more =
        trained.recipe->sample(std::min(at_once, options.count - done),
                               {.temperature = options.temperature, .mean = !options.draw}, pass);
    if (more.inputs.count() == 0)
      refuse(trained, "has no distribution to draw from; try a run of vae");
    images.push_back(more.inputs);
    if (more.targets.count() > 0) labels.push_back(more.targets);
  }
  const nn::Batch all = {.inputs = cat(images), .targets = labels.empty() ? Tensor() : cat(labels)};
  return write_made(options, trained, all);
}

std::string csv_of(const Scores& scores, double threshold) {
  const bool cells = !scores.odd_cells.empty();
  std::string text = cells ? "index,bound,reconstruction,kl,anomaly,cell,cell_nats\n"
                           : "index,bound,reconstruction,kl,anomaly\n";
  for (std::size_t i = 0; i < scores.strangeness.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}", i);
    for (const std::vector<float>* column : {&scores.bound, &scores.reconstruction, &scores.kl})
      text += column->empty() ? "," : fmt::format(",{}", (*column)[i]);
    text += scores.strangeness[i] > threshold ? ",1" : ",0";
    if (cells)
      text += fmt::format(",{},{}", nn::csv_cell(scores.odd_cells[i].column, ','),
                          scores.odd_cells[i].nats);
    text += '\n';
  }
  return text;
}

std::string score_all(const InferenceOptions& options, const Trained& trained) {
  const PreparedExamples examples = examples_for(options, trained);
  Scores scores = score(*trained.recipe, examples);
  scores.odd_cells = find_odd_cells(*trained.recipe, examples);
  const double threshold = quantile(training_quantiles(options.run, trained), options.quantile);
  nn::write_file(options.out, csv_of(scores, threshold));
  const auto strange =
      std::count_if(scores.strangeness.begin(), scores.strangeness.end(),
                    [&](float each) { return static_cast<double>(each) > threshold; });
  std::string line = fmt::format("scores: {}, {} of {} anomalies", options.out, strange,
                                 nn::grouped(examples.count()));
  if (const std::optional<double> area = area_under_roc(scores.strangeness, scores.labels))
    line += fmt::format("; area under ROC: {:.4f}", *area);
  return line;
}

}  // namespace

void infer(const InferenceOptions& options, Progress& progress) {
  check_output(options);
  const Trained trained = open_trained(options.run);
  check_form(options, trained.recipe->table() != nullptr);
  progress.print(options.task == "encode"   ? encode(options, trained)
                 : options.task == "decode" ? decode(options, trained)
                 : options.task == "impute" ? impute(options, trained)
                 : options.task == "sample" ? sample(options, trained)
                                            : score_all(options, trained));
}

}  // namespace ebb::tools
