// Published figures of the same set-up.
#pragma once

#include <tools/evaluation/subject.hpp>

namespace ebb::tools {

// Adds those beside bound and active_units where model, options and data are a paper's.
void add_published(const Subject& subject, nlohmann::ordered_json& figures);

}  // namespace ebb::tools
