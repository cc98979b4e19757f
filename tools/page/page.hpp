// The page itself.
#pragma once

#include <tools/page/run_data.hpp>

namespace ebb::tools {

// What data_of_run found of one run or several as one HTML file that needs no other and no network.
std::string page_of(const nlohmann::ordered_json& runs);

}  // namespace ebb::tools
