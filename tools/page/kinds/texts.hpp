// Texts in a page.
#pragma once

#include <tools/page/kinds/kind.hpp>

namespace ebb::tools {

// Examples stand as lines, long ones cut, where "…" says so. Single ones have their "tokens"
// (token_nats.hpp). Samples: {"groups": [{"temperature", "examples", "remembered"}, …],
// "searched"}, with which of them stand among the training texts that were searched, null where
// the data are gone. A section, "walks": [{"from", "to", "texts"}, …], what the model makes of
// codes on the line from one test text's to another's.
std::unique_ptr<PageKind> page_kind(const nn::TextExample& texts);

}  // namespace ebb::tools
