#include <tools/training/recipe.hpp>

namespace ebb::tools {

Terms Recipe::bound(const nn::Batch&, std::int64_t, nn::Pass&) const { return {}; }
Variable Recipe::encode(const nn::Batch&, nn::Pass&) const { return {}; }
nn::Batch Recipe::decode(const Variable&, nn::Pass&) const { return {}; }
nn::Batch Recipe::sample(std::int64_t, double, nn::Pass&) const { return {}; }

}  // namespace ebb::tools
