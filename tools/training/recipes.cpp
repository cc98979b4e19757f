// The list of recipes.
#include <tools/training/recipe.hpp>

namespace ebb::tools {

std::vector<std::unique_ptr<Recipe>> all_recipes() {
  using Made = std::unique_ptr<Recipe>;
  std::vector<Made> all;
  // A line each: the function stands in recipes/NAME.cpp.
  // clang-format off
  { extern Made autoencoder(); all.push_back(autoencoder()); }
  { extern Made variational_autoencoder(); all.push_back(variational_autoencoder()); }
  { extern Made wasserstein_autoencoder(); all.push_back(wasserstein_autoencoder()); }
  { extern Made vector_quantized_autoencoder(); all.push_back(vector_quantized_autoencoder()); }
  { extern Made semi_supervised(); all.push_back(semi_supervised()); }
  { extern Made text_model(); all.push_back(text_model()); }
  { extern Made table_autoencoder(); all.push_back(table_autoencoder()); }
  { extern Made classifier(); all.push_back(classifier()); }
  // clang-format on
  return all;
}

std::unique_ptr<Recipe> make_recipe(const std::string& name) {
  std::string names;
  std::vector<std::unique_ptr<Recipe>> all = all_recipes();
  for (std::unique_ptr<Recipe>& recipe : all) {
    if (name == recipe->name()) return std::move(recipe);
    names += (names.empty()          ? ""
              : recipe == all.back() ? " or "
                                     : ", ") +
             std::string(recipe->name());
  }
  if (name.empty())
    throw UsageError("which model? Name " + names + ", as in tools/train vae; try --help");
  throw UsageError("model: '" + name + "' is none of " + names + "; try --help");
}

}  // namespace ebb::tools
