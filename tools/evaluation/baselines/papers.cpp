#include <zlib.h>

#include <tools/evaluation/baselines/compressors.hpp>
#include <tools/evaluation/baselines/papers.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

namespace {

// Rows of table 1 of "Importance Weighted Autoencoders" (Burda, Grosse and Salakhutdinov, ICLR
// 2016): bounds of 5,000 draws on MNIST's test images, drawn as zeros and ones.
struct Row {
  int samples;  // of the objective: K
  double bound;
  int active_units;
};
constexpr Row rows[] = {{1, -86.76, 19}, {5, -85.54, 22}, {50, -84.78, 25}};

const Json& set_up() {
  static const Json options = {{"model", "vae"},
                               {"network", "dense"},
                               {"hidden", {200, 200}},
                               {"latent", 50},
                               {"activation", "tanh"},
                               {"binarize", "dynamic"},
                               {"likelihood", "bernoulli"},
                               {"prior", "standard"},
                               {"flow", "none"},
                               {"condition", "none"},
                               {"beta", 1.0},
                               {"free_bits", 0.0}};
  return options;
}

bool is_set_up(const Json& config) {
  for (const auto& [key, value] : set_up().items())
    if (config.value(key, Json()) != value) return false;
  return true;
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
  if (!is_set_up(subject.config) || !whole || !is_mnist(subject.data.test)) return;
  for (const Row& row : rows)
    if (subject.config.value("samples", Json()) == Json(row.samples)) {
      const std::string name = "Burda et al. 2016 (K = " + std::to_string(row.samples) + ")";
      add_reference(figures, "bound", name + " by 5,000 draws", row.bound);
      add_reference(figures, "active_units", name, row.active_units);
    }
}

}  // namespace ebb::tools
