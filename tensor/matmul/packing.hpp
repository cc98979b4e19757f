// Copies of matrices in the order in which tiles read them, and when they pay.
#pragma once

#include <memory>
#include <tensor/machine/storage.hpp>
#include <tensor/matmul/plan.hpp>

namespace ebb::detail {

// Should both matrices be packed, piece by piece? If so, should b, or may it be read in place?
bool repays_packing(const Machine& machine, const kernels::MatmulBlock& x);
bool repays_packing_b(const Machine& machine, const kernels::MatmulBlock& x);

// Room for the packed copy of a k x n matrix.
std::shared_ptr<Storage> packing_room(const Machine& machine, std::int64_t k, std::int64_t n);

// Packs x's columns from strip number `begin` to strip number `end` into `room`, which has room for
// all strips of b.
void pack_strips(const Machine& machine, const kernels::MatmulBlock& x, void* room,
                 std::int64_t begin, std::int64_t end);

// x with its b replaced by the packed copy at that address.
kernels::MatmulBlock with_packed(const kernels::MatmulBlock& x, const void* b);

// Packs all of b into `room`, with all threads, and replaces b by the copy.
kernels::MatmulBlock pack(const Machine& machine, const kernels::MatmulBlock& x, void* room);

}  // namespace ebb::detail
