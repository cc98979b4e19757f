// How the model does on single test examples.
#pragma once

#include <tools/page/kinds/kind.hpp>

namespace ebb::tools {

// The test examples on the page, as the model sees them, with their labels: {"count", "labels",
// "examples"}. Null where their kind is not shown.
nlohmann::ordered_json shown_of(const OpenedRun& run, const PageKind& kind);

// The test examples that the model knows best, those in the middle and those that it knows least,
// each with what it makes of them and what their kind adds; means and standard errors over each
// class; and over all. Null where the model gives no numbers of single examples.
nlohmann::ordered_json examples_of(const OpenedRun& run, const PageKind& kind);

}  // namespace ebb::tools
