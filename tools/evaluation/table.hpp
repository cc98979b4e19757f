// The figures as a person reads them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <tools/training/recipe.hpp>
#include <vector>

namespace ebb::tools {

// The lines of a table: a figure, and what is known of it behind it. Only what the claim allows is
// called a bound: "log p(x) >=" is said of a probability, "log p(x|label) >="
// where the model is told labels, "log density >=" of a density, and of a
// cross entropy why it is no bound.
std::vector<std::string> table_of(const nlohmann::ordered_json& figures, Claim claim,
                                  bool told_labels = false);

}  // namespace ebb::tools
