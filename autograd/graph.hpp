// What did the tape note? A graph as text.
#pragma once

#include <autograd/tape.hpp>
#include <string>

namespace ebb {

// One line per operation, the latest first, with the inputs that want a gradient:
//     #7 tanh [2, 3] <- #6
//     #6 matmul [2, 3] <- #4 #5
//     #5 leaf [4, 3]
// Numbers count from the first operation of this graph. "constant" where nothing was recorded.
[[nodiscard]] std::string print_graph(const Variable& y);

}  // namespace ebb
