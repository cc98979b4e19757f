#include <tensor/views.hpp>
#include <tools/training/recipes/dense.hpp>

namespace ebb::tools {

void visit_widths(Options& o, std::vector<std::int64_t>& widths) {
  o("hidden", widths, "widths of the hidden layers", {1, widest});
}

Shape image_shape(const char* recipe, const nn::Examples& examples) {
  if (!std::holds_alternative<nn::ImageExample>(examples.kind))
    throw UsageError(std::string("model: ") + recipe + " learns from images; try other data");
  return examples.shape();
}

nn::Batch as_images(const Variable& rows, const Shape& image) {
  return {.inputs = reshape(rows.value(), {-1, image[0], image[1], image[2]})};
}

}  // namespace ebb::tools
