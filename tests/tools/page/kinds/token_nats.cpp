#include <doctest/doctest.h>

#include <autograd/gradients.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <numeric>
#include <tests/support.hpp>
#include <tools/page/kinds/token_nats.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

std::unique_ptr<Recipe> made(const nn::TextDataset& texts, const char* network,
                             const char* latent) {
  std::unique_ptr<Recipe> recipe = make_recipe("text");
  Options own;
  recipe->visit(own);
  own.find("width")->parse("8");
  own.find("network")->parse(network);
  own.find("latent")->parse(latent);
  recipe->build(texts.examples());
  nn::initialize(recipe->model(), {.seed = 1});
  return recipe;
}

nn::Batch all_of(const nn::TextDataset& texts) {
  return texts.gather(nn::indices_between(0, texts.count()));
}

double total_of(const Json& nats) {
  const std::vector<double> each = nats;
  return std::accumulate(each.begin(), each.end(), 0.0);
}

}  // namespace

TEST_CASE("token nats: all together they are -log p of the text") {
  const nn::TextDataset texts(nn::Lines({"to be", "or not"}), nn::Vocabulary::bytes());
  for (const char* network : {"gru", "lstm", "transformer"}) {
    const std::unique_ptr<Recipe> recipe = made(texts, network, "0");
    const Json all = token_nats(*recipe, all_of(texts), texts.vocabulary());
    CHECK(all[0]["tokens"]["pieces"] == Json{"t", "o", " ", "b", "e", ""});
    CHECK(all[1]["tokens"]["left_out"] == 0);
    Random noise{0};
    nn::Pass pass{noise};
    const NoGrad constants;
    const std::vector<float> bound =
        recipe->bound(all_of(texts), 1, pass).bound.value().to_vector<float>();
    for (std::size_t i = 0; i < 2; ++i)
      CHECK(total_of(all[i]["tokens"]["nats"]) == doctest::Approx(-bound[i]).epsilon(1e-3));
  }
}

TEST_CASE("token nats: letters of several bytes are one piece, words have their spaces") {
  const nn::TextDataset bytes(nn::Lines({"né日"}), nn::Vocabulary::bytes());
  const std::unique_ptr<Recipe> recipe = made(bytes, "gru", "2");
  const Json all = token_nats(*recipe, all_of(bytes), bytes.vocabulary());
  CHECK(all[0]["tokens"]["pieces"] == Json{"n", "é", "日", ""});
  CHECK(all[0]["tokens"]["nats"].size() == 4);
  const nn::Lines lines({"go, go on"});
  const std::int64_t first = 0;
  const nn::TextDataset words(lines, nn::Vocabulary::words(lines, std::span(&first, 1), 2));
  const Json cut = token_nats(*made(words, "gru", "0"), all_of(words), words.vocabulary());
  CHECK(cut[0]["tokens"]["pieces"] == Json{"go", " \uFFFD", " go", " \uFFFD", ""});
}

TEST_CASE("token nats: of long texts the beginning, of other models none") {
  const nn::TextDataset texts(nn::Lines({std::string(350, 'x'), "x"}), nn::Vocabulary::bytes());
  const Json all = token_nats(*made(texts, "gru", "0"), all_of(texts), texts.vocabulary());
  CHECK(all[0]["tokens"]["pieces"].size() == 300);
  CHECK(all[0]["tokens"]["left_out"] == 51);
  CHECK(all[1]["tokens"]["pieces"] == Json{"x", ""});
  CHECK(token_nats(*make_recipe("vae"), all_of(texts), texts.vocabulary()).is_null());
}
