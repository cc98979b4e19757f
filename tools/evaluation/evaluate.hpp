// All figures of a trained model.
#pragma once

#include <tools/evaluation/subject.hpp>

namespace ebb::tools {

// What evaluation.json holds: the keys of no_figures, those null that the model lacks. The same for
// any number of threads. Throws Interrupted.
nlohmann::ordered_json evaluate(const Subject& subject, std::int64_t samples, Progress& progress);

}  // namespace ebb::tools
