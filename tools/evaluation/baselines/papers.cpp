#include <zlib.h>

#include <tools/evaluation/baselines/compressors.hpp>
#include <tools/evaluation/baselines/papers.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// Rows of table 1 of "Importance Weighted Autoencoders" (Burda, Grosse and Salakhutdinov, ICLR
// 2016): bounds of 5,000 draws on MNIST's test images, drawn as zeros and ones. Of two codes the
// active units are those of the first.
struct Row {
  int codes, samples;  // of the objective: K
  double bound;
  int active_units;
};
constexpr Row rows[] = {{1, 1, -86.76, 19}, {1, 5, -85.54, 22}, {1, 50, -84.78, 25},
                        {2, 1, -85.33, 16}, {2, 5, -83.89, 21}, {2, 50, -82.90, 26}};

const Json& set_up() {
  static const Json options = {
      {"model", "vae"},       {"network", "dense"},    {"hidden", {200, 200}},
      {"activation", "tanh"}, {"binarize", "dynamic"}, {"likelihood", "bernoulli"},
      {"prior", "standard"},  {"flow", "none"},        {"condition", "none"},
      {"beta", 1.0},          {"free_bits", 0.0}};
  return options;
}

// How many codes it has; 0: it is another set-up.
int codes_of(const Json& config) {
  for (const auto& [key, value] : set_up().items())
    if (config.value(key, Json()) != value) return 0;
  const Json latent = config.value("latent", Json());
  return latent == 50 ? 1 : latent == Json({100, 50}) ? 2 : 0;
}

// All ten thousand, by the check sum of the first hundred.
bool is_mnist(const nn::SharedDataset& test) {
  constexpr std::int64_t few = 100;
  constexpr uLong of_mnist = 0x5e61851a;
  if (test->count() != 10'000 || test->examples().shape() != Shape{1, 28, 28}) return false;
  std::int64_t first[few];
  for (std::int64_t i = 0; i < few; ++i) first[i] = i;
  const std::string bytes = bytes_of(test->gather(first).inputs);
  return crc32(0, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())) ==
         of_mnist;
}

}  // namespace

void add_published(const Subject& subject, Json& figures) {
  // The whole of both parts.
  const bool whole = subject.config.value("limit", Json()).is_null();
  const int codes = codes_of(subject.config);
  if (codes == 0 || !whole || !is_mnist(subject.data.test)) return;
  for (const Row& row : rows)
    if (row.codes == codes && subject.config.value("samples", Json()) == Json(row.samples)) {
      const std::string name = "Burda et al. 2016 (K = " + std::to_string(row.samples) +
                               (codes == 2 ? ", two codes)" : ")");
      add_reference(figures, "bound", name + " by 5,000 draws", row.bound);
      add_reference(figures, "active_units", name, row.active_units);
    }
}

}  // namespace ebb::tools
