#include <tools/training/recipe.hpp>

namespace ebb::tools {

void Recipe::meet(const nn::SharedDataset&, std::uint64_t) {}
void Recipe::finish(const nn::SharedDataset&, Random&) {}
nn::Batch Recipe::prepare(const nn::Batch& batch, Random&) const { return batch; }
void Recipe::advance(double) {}
std::string bound_in_words(Claim claim, bool told_labels) {
  if (claim == Claim::probability) return told_labels ? "log p(x|label) ≥" : "log p(x) ≥";
  if (claim != Claim::density) return "";
  return told_labels ? "log density (x|label) ≥" : "log density ≥";
}

Claim Recipe::claim() const { return Claim::none; }
std::string Recipe::likelihood() const { return {}; }
Terms Recipe::bound(const nn::Batch&, std::int64_t, nn::Pass&) const { return {}; }
Variable Recipe::encode(const nn::Batch&, nn::Pass&) const { return {}; }
Variable Recipe::draw_codes(const nn::Batch&, nn::Pass&) const { return {}; }
nn::Batch Recipe::decode(const Variable&, nn::Pass&, const Tensor&) const { return {}; }
Variable Recipe::marginal(const nn::Batch&, std::int64_t, nn::Pass&) const { return {}; }
Variable Recipe::divergences(const nn::Batch&, nn::Pass&) const { return {}; }
Outputs Recipe::encoder_outputs(const nn::Batch& batch) const {
  Random noise{0};
  nn::Pass pass{noise};
  const Variable codes = encode(batch, pass);
  return codes.count() > 0 ? Outputs{{"mean", codes}} : Outputs();
}
Outputs Recipe::decoder_outputs(const Variable& codes, const Tensor& targets) const {
  Random noise{0};
  nn::Pass pass{noise};
  const nn::Batch made = decode(codes, pass, targets);
  return made.inputs.count() > 0 ? Outputs{{"images", made.inputs}} : Outputs();
}
nn::Batch Recipe::sample(std::int64_t, const SampleOptions&, nn::Pass&) const { return {}; }

}  // namespace ebb::tools
