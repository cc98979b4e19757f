#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <nn/data/npy_data.hpp>
#include <nn/files/file.hpp>
#include <nn/files/npy.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/exporting/onnx.hpp>
#include <tools/exporting/parts.hpp>
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
  if (!options.codes.empty())
    return "images: " + write_images(options.out, decode_file(options, trained), options.columns);
  Random noise{0};
  nn::Pass pass{noise};
  const nn::Batch images = collect(examples_for(options, trained), [&](const nn::Batch& batch) {
    const Variable codes = trained.recipe->encode(batch, pass);
    return nn::Batch{.inputs = trained.recipe->decode(codes, pass, batch.targets).inputs,
                     .targets = batch.targets};
  });
  return "images: " + write_images(options.out, images, options.columns);
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
  return "images: " + write_images(options.out, all, options.columns);
}

std::string export_part(const InferenceOptions& options, const Trained& trained) {
  const Recipe& recipe = *trained.recipe;
  const std::string& part = options.piece;
  const std::optional<Graph> graph = graph_of_part(part, recipe, trained.examples);
  if (!graph) refuse(trained, ("has no " + part + "; try --part encoder").c_str());
  std::vector<std::string> from, to;
  for (const std::size_t input : graph->inputs) from.push_back(graph->values[input].name);
  for (const Graph::Output& output : graph->outputs) to.push_back(output.name);
  OnnxWords words = {fmt::format("{}_{}", recipe.name(), part), part_in_words(part, recipe), {}};
  for (const auto* names : {&from, &to})
    for (const std::string& name : *names) words.values[name] = value_in_words(name, recipe);
  nn::write_file(options.out, onnx_of(*graph, words));
  return fmt::format("onnx: {}, {} to {}", options.out, fmt::join(from, ", "), fmt::join(to, ", "));
}

std::string csv_of(const Scores& scores, double threshold) {
  std::string text = "index,bound,reconstruction,kl,anomaly\n";
  for (std::size_t i = 0; i < scores.strangeness.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}", i);
    for (const std::vector<float>* column : {&scores.bound, &scores.reconstruction, &scores.kl})
      text += column->empty() ? "," : fmt::format(",{}", (*column)[i]);
    text += scores.strangeness[i] > threshold ? ",1\n" : ",0\n";
  }
  return text;
}

std::string score_all(const InferenceOptions& options, const Trained& trained) {
  const PreparedExamples examples = examples_for(options, trained);
  const Scores scores = score(*trained.recipe, examples, stop_if_interrupted);
  if (scores.strangeness.empty())
    refuse(trained, "has neither a likelihood nor reconstructions; try a run of ae or vae");
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
  progress.print(options.task == "encode"   ? encode(options, trained)
                 : options.task == "decode" ? decode(options, trained)
                 : options.task == "export" ? export_part(options, trained)
                 : options.task == "sample" ? sample(options, trained)
                                            : score_all(options, trained));
}

}  // namespace ebb::tools
