#include <fmt/format.h>

#include <cmath>
#include <nn/data/text/vocabulary.hpp>
#include <tools/training/scoring/ngrams.hpp>
#include <tools/evaluation/text_figures.hpp>

namespace ebb::tools {

void measure_texts(const Subject& subject, nlohmann::ordered_json& figures) {
  const nn::Examples examples = subject.data.test->examples();
  const auto* const kind = std::get_if<nn::TextExample>(&examples.kind);
  const auto& nats = figures[figures["bound"].is_null() ? "elbo" : "bound"];
  if (!kind || nats.is_null()) return;
  const PreparedExamples test = subject.test();
  double tokens = 0, unknown = 0;
  for (std::int64_t b = 0; b < test.batches(); ++b) {
    stop_if_interrupted();
    const nn::Batch batch = test.batch(b);
    for (const std::int32_t length : batch.lengths.to_vector<std::int32_t>()) tokens += length;
    if (kind->vocabulary->knows_all()) continue;
    for (const std::int32_t token : batch.inputs.to_vector<std::int32_t>())
      unknown += token == nn::Vocabulary::unknown;
  }
  const double per_token = -nats.get<double>() * static_cast<double>(test.count()) / tokens;
  figures["nats_per_token"] = per_token;
  figures["perplexity"] = std::exp(per_token);
  figures["unknown_share"] = unknown / tokens;
  const std::vector<double> ngrams = ngram_nats_per_token(subject.data.train, subject.data.test);
  for (std::size_t i = 0; i < ngrams.size(); ++i) {
    const std::string name = fmt::format("{}-gram", i + 1);
    add_reference(figures, "nats_per_token", name, ngrams[i]);
    add_reference(figures, "perplexity", name, std::exp(ngrams[i]));
  }
}

}  // namespace ebb::tools
