// Random numbers by counting: number i of a stream is a hash of (seed, stream, i), so any thread
// may draw any number. Philox 4x32-10: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as
// easy as 1, 2, 3", SC 2011. Normal numbers by Box and Muller, 1958. Compiled once per instruction
// set.
#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

constexpr int blocks = 16;  // hashed side by side; each gives four words of 32 bits
using Words = std::uint32_t[4][blocks];

void philox(Words words, std::uint64_t seed, std::uint64_t stream, std::uint64_t first_block) {
  for (int j = 0; j < blocks; ++j) {
    const std::uint64_t block = first_block + static_cast<std::uint64_t>(j);
    words[0][j] = static_cast<std::uint32_t>(block);
    words[1][j] = static_cast<std::uint32_t>(block >> 32);
    words[2][j] = static_cast<std::uint32_t>(stream);
    words[3][j] = static_cast<std::uint32_t>(stream >> 32);
  }
  std::uint32_t key0 = static_cast<std::uint32_t>(seed);
  std::uint32_t key1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    for (int j = 0; j < blocks; ++j) {
      const std::uint64_t product0 = std::uint64_t{0xD2511F53} * words[0][j];
      const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * words[2][j];
      words[0][j] = static_cast<std::uint32_t>(product1 >> 32) ^ words[1][j] ^ key0;
      words[1][j] = static_cast<std::uint32_t>(product1);
      words[2][j] = static_cast<std::uint32_t>(product0 >> 32) ^ words[3][j] ^ key1;
      words[3][j] = static_cast<std::uint32_t>(product0);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

// A group is what one call of philox gives: 64 floats of 24 random bits, or 32 doubles of 53.
template <class T>
constexpr std::int64_t group = blocks * 16 / static_cast<std::int64_t>(sizeof(T));

void uniform_group(float* y, const Words words) {
  for (int j = 0; j < blocks; ++j)
    for (int word = 0; word < 4; ++word)
      y[4 * j + word] = static_cast<float>(words[word][j] >> 8) * 0x1p-24f;
}
void uniform_group(double* y, const Words words) {
  for (int j = 0; j < blocks; ++j)
    for (int half = 0; half < 2; ++half) {
      const std::uint64_t bits = std::uint64_t{words[2 * half][j]} << 32 | words[2 * half + 1][j];
      y[2 * j + half] = static_cast<double>(bits >> 11) * 0x1p-53;
    }
}

// Two uniform numbers become two normal ones: a radius and an angle.
template <class T>
void normal_group(T* y, const Words words) {
  constexpr std::int64_t pairs = group<T> / 2;
  T uniform[group<T>], radius[pairs], angle[pairs], first[pairs], second[pairs];
  uniform_group(uniform, words);
  for (std::int64_t j = 0; j < pairs; ++j) {
    radius[j] = 1 - uniform[2 * j];  // in (0, 1]: its logarithm is finite
    angle[j] = uniform[2 * j + 1] * static_cast<T>(6.283185307179586);
  }
  for (std::int64_t j = 0; j < pairs; j += width<T>) {
    const Vector<T> r = sqrt(-2 * log(load(radius + j)));
    (r * cos(load(angle + j))).store_unaligned(first + j);
    (r * sin(load(angle + j))).store_unaligned(second + j);
  }
  for (std::int64_t j = 0; j < pairs; ++j) {
    y[2 * j] = first[j];
    y[2 * j + 1] = second[j];
  }
}

// Cuts [first, first + n) into groups, which begin at multiples of their size.
template <class T, bool normal>
void draw(void* y, std::uint64_t seed, std::uint64_t stream, std::uint64_t first, std::int64_t n) {
  T* to = static_cast<T*>(y);
  T numbers[group<T>];
  Words words;
  while (n > 0) {
    const std::uint64_t group_index = first / group<T>;
    const std::int64_t skip = static_cast<std::int64_t>(first % group<T>);
    const std::int64_t take = n < group<T> - skip ? n : group<T> - skip;
    philox(words, seed, stream, group_index * blocks);
    if constexpr (normal)
      normal_group(numbers, words);
    else
      uniform_group(numbers, words);
    for (std::int64_t i = 0; i < take; ++i) to[i] = numbers[skip + i];
    to += take;
    first += static_cast<std::uint64_t>(take);
    n -= take;
  }
}

}  // namespace

namespace EBB_KERNELS {
extern const RandomKernels random;
constexpr RandomKernels random = {{draw<float, false>, draw<double, false>},
                                  {draw<float, true>, draw<double, true>}};
}  // namespace EBB_KERNELS

}  // namespace ebb::kernels
