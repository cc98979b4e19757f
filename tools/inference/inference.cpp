#include <fmt/format.h>

#include <algorithm>
#include <autograd/gradients.hpp>
#include <nn/files/csv.hpp>
#include <nn/files/file.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>
#include <tensor/parts.hpp>
#include <tools/evaluation/subject.hpp>
#include <tools/exporting/onnx.hpp>
#include <tools/exporting/parts.hpp>
#include <tools/inference/codes_file.hpp>
#include <tools/inference/decoding.hpp>
#include <tools/inference/image_output.hpp>
#include <tools/inference/impute.hpp>
#include <tools/inference/inference.hpp>
#include <tools/inference/output.hpp>
#include <tools/inference/row_output.hpp>
#include <tools/inference/scores.hpp>
#include <tools/inference/text_output.hpp>

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

// What comes of a file, or an error of its kind: the file may be missing, damaged, or hold labels
// that the model does not know.
template <class Find>
auto from_file(Find find) {
  try {
    return find();
  } catch (const MemoryError&) {
    throw;
  } catch (const Error& error) {
    throw DataError(error.what());
  }
}

// "images: ", before what was written of them.
std::string made_of(const Trained& trained) {
  if (std::holds_alternative<nn::TableExample>(trained.examples.kind)) return "rows: ";
  return std::holds_alternative<nn::TextExample>(trained.examples.kind) ? "texts: " : "images: ";
}

std::unique_ptr<ExampleOutput> open_output(const InferenceOptions& options, const Trained& trained,
                                           std::int64_t count) {
  const auto& kind = trained.examples.kind;
  if (const auto* const texts = std::get_if<nn::TextExample>(&kind))
    return open_texts(options.out, *texts->vocabulary);
  if (const auto* const table = std::get_if<nn::TableExample>(&kind))
    return open_rows(options.out, *table);
  return open_images(options.out, count, options.columns);
}

std::string decode_codes(const InferenceOptions& options, const Trained& trained,
                         const nn::Batch& codes) {
  const NoGrad constants;
  Random noise = Random{options.seed}.fork("decoded");
  nn::Pass pass{noise};
  const std::int64_t count = codes.inputs.size(0), at_once = PreparedExamples::batch_size;
  const std::unique_ptr<ExampleOutput> made = open_output(options, trained, count);
  for (std::int64_t i = 0; i < count; i += at_once) {
    stop_if_interrupted();
    const nn::Batch part = part_of(codes, i, std::min(i + at_once, count));
    made->add(from_file([&] {
      return nn::Batch{.inputs = decoded(options, trained, part.inputs, part.targets, pass).inputs,
                       .targets = part.targets};
    }));
  }
  return made_of(trained) + made->finish();
}

std::string decode(const InferenceOptions& options, const Trained& trained) {
  if (trained.code_width() == 0) refuse(trained, "has no codes; try a run of ae or vae");
  if (!options.codes.empty())
    return decode_codes(options, trained, from_file([&] {
                          return read_codes(options.codes, options.labels, trained.code_width());
                        }));
  if (!options.from.empty())
    return decode_codes(options, trained, {.inputs = codes_between(options, trained)});
  const NoGrad constants;
  Random noise = Random{options.seed}.fork("decoded");
  nn::Pass pass{noise};
  const PreparedExamples examples = examples_for(options, trained);
  const std::unique_ptr<ExampleOutput> made = open_output(options, trained, examples.count());
  for (std::int64_t i = 0; i < examples.batches(); ++i) {
    stop_if_interrupted();
    const nn::Batch batch = examples.batch(i);
    const Variable codes = trained.recipe->encode(batch, pass);
    made->add({.inputs = decoded(options, trained, codes, batch.targets, pass).inputs,
               .targets = batch.targets});
  }
  return made_of(trained) + made->finish();
}

std::string sample(const InferenceOptions& options, const Trained& trained) {
  const NoGrad constants;
  Random noise = Random{options.seed}.fork("samples");
  nn::Pass pass{noise};
  // Whole turns through the classes, so that labels go on from one to the next.
  const std::int64_t classes = std::max<std::int64_t>(1, trained.examples.classes),
                     count = count_of(options, trained);
  // What one search finds comes at once.
  const bool searches = options.decoding.name == "beam" && trained.code_width() == 0;
  const std::int64_t at_once =
      searches ? count : divide_up(PreparedExamples::batch_size, classes) * classes;
  std::unique_ptr<ExampleOutput> made;
  for (std::int64_t done = 0; done < count; done += at_once) {
    stop_if_interrupted();
    const nn::Batch more =
        trained.recipe->sample(std::min(at_once, count - done), sample_options(options), pass);
    if (more.inputs.count() == 0)
      refuse(trained,
             "has no distribution to draw from, or none before its run ends; try a run of vae");
    if (!made) made = open_output(options, trained, count);
    made->add(more);
  }
  return made_of(trained) + made->finish();
}

std::string export_part(const InferenceOptions& options, const Trained& trained) {
  const Recipe& recipe = *trained.recipe;
  const std::string& part = options.piece;
  if (std::holds_alternative<nn::TextExample>(trained.examples.kind))
    refuse(trained, "reads token by token, which no ONNX file of ours does; try a run of images");
  if (trained.recipe->table())
    refuse(trained,
           "reads rows with missing cells, which no ONNX file of ours does; try a run of images");
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

std::string csv_of(const Scores& scores, const std::vector<OddCell>& odd, double threshold) {
  std::string text = "index,bound,reconstruction,kl,anomaly";
  text += odd.empty() ? "\n" : ",cell,cell_nats\n";
  for (std::size_t i = 0; i < scores.strangeness.size(); ++i) {
    fmt::format_to(std::back_inserter(text), "{}", i);
    for (const std::vector<float>* column : {&scores.bound, &scores.reconstruction, &scores.kl})
      text += column->empty() ? "," : fmt::format(",{}", (*column)[i]);
    text += scores.strangeness[i] > threshold ? ",1" : ",0";
    if (!odd.empty()) text += fmt::format(",{},{}", nn::csv_cell(odd[i].column, ','), odd[i].nats);
    text += '\n';
  }
  return text;
}

std::string score_all(const InferenceOptions& options, const Trained& trained) {
  const PreparedExamples examples = examples_for(options, trained);
  const Scores scores = score(*trained.recipe, examples, stop_if_interrupted);
  if (scores.strangeness.empty())
    refuse(trained, "has neither a likelihood nor reconstructions; try a run of ae or vae");
  const std::vector<OddCell> odd = find_odd_cells(*trained.recipe, examples);
  const double threshold = quantile(training_quantiles(options.run, trained), options.quantile);
  nn::write_file(options.out, csv_of(scores, odd, threshold));
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
  check_form(options, trained.examples);
  check_decoding(options, trained);
  progress.print(options.task == "encode"   ? encode(options, trained)
                 : options.task == "decode" ? decode(options, trained)
                 : options.task == "export" ? export_part(options, trained)
                 : options.task == "impute" ? impute(options, trained)
                 : options.task == "sample" ? sample(options, trained)
                                            : score_all(options, trained));
}

}  // namespace ebb::tools
