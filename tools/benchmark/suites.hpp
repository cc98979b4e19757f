// The function of each suite, in the order of tools/README.md.
#pragma once

#include <tools/benchmark/suite.hpp>

namespace bench {

void run_peak(Context& context);

}  // namespace bench
