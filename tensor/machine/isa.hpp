// Which instruction set computes.
#pragma once

#include <tensor/error.hpp>
#include <tensor/kernels/table.hpp>

namespace ebb {

// The table of the best instruction set that the processor and the operating system offer, chosen
// at the first call. The environment variable EBB_ISA=sse2|avx2|avx512 forces one; a name that is
// unknown or that this machine lacks throws Error.
const kernels::Table& kernels_in_use();

namespace detail {
struct Candidate {
  const kernels::Table* table;
  bool runs_here;
};
// The first of the candidates, which stand best first, that runs here; or the one called `wanted`,
// unless that is nullptr or empty. Throws Error as above.
const kernels::Table& choose_table(const char* wanted, const Candidate* candidates, int count);
}  // namespace detail

}  // namespace ebb
