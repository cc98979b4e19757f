// What a peer's source tells peer.cpp, which talks to tools/bench. Each peer is a program of its
// own, so that no library's threads meet another's.
#pragma once

#include <map>
#include <string>
#include <tools/benchmark/peers/product.hpp>

namespace ebb::tools::benchmark {

extern const char* const peer_name;

// Variables that must stand in the environment before the library is loaded: the number of threads,
// and the kernels for an instruction set ("sse2", "avx2", "avx512").
std::map<std::string, std::string> peer_environment(const std::string& isa, int threads);

// Called when a shape is new, outside the time that counts.
void peer_prepare(const ProductShape& shape, const float* a, const float* b, float* c);

void peer_multiply(const ProductShape& shape, const float* a, const float* b, float* c);

}  // namespace ebb::tools::benchmark
