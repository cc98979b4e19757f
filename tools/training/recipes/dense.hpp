// What recipes of dense models on images share.
#pragma once

#include <tools/training/recipe.hpp>

namespace ebb::tools {

using Json = nlohmann::ordered_json;

constexpr std::int64_t widest = 65'536;  // numbers of a layer

// --hidden
void visit_widths(Options& o, std::vector<std::int64_t>& widths);
// [channels, height, width]. Throws UsageError where the examples are no images.
Shape image_shape(const char* recipe, const nn::Examples& examples);
// [n, pixels] as [n, channels, height, width].
nn::Batch as_images(const Variable& rows, const Shape& image);

}  // namespace ebb::tools
