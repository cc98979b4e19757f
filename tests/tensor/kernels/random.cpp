#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <tensor/machine/isa.hpp>
#include <tests/tensor/support.hpp>
#include <vector>

using namespace ebb;

namespace {

using Four = std::array<std::uint32_t, 4>;

// Philox 4x32-10 as the paper has it: four words of counter, two of key.
Four philox(Four counter, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    const auto high = [](std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); };
    const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
    counter = {high(b) ^ counter[1] ^ key[0], low(b), high(a) ^ counter[3] ^ key[1], low(a)};
    key = {key[0] + 0x9E3779B9, key[1] + 0xBB67AE85};
  }
  return counter;
}

struct Stream {
  std::uint64_t seed, stream, block;
};
constexpr Stream streams[] = {{0, 0, 0},
                              {1, 0, 0},
                              {0xA409382229903133, 0x0370734413198A2E, 0},
                              {7, 8, 1000},
                              {0xFFFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, (1ull << 32) - 20},
                              {3, 1ull << 40, (1ull << 60) + 5}};

// The words of so many blocks of a stream.
std::vector<std::uint32_t> words(const Stream& s, int blocks) {
  std::vector<std::uint32_t> result;
  const auto low = [](std::uint64_t x) { return static_cast<std::uint32_t>(x); };
  for (int i = 0; i < blocks; ++i) {
    const std::uint64_t block = s.block + static_cast<std::uint64_t>(i);
    for (const std::uint32_t word :
         philox({low(block), low(block >> 32), low(s.stream), low(s.stream >> 32)},
                {low(s.seed), low(s.seed >> 32)}))
      result.push_back(word);
  }
  return result;
}

template <class T>
std::vector<T> draw(kernels::RandomLoop loop, const Stream& s, std::uint64_t first,
                    std::int64_t n) {
  std::vector<T> y(static_cast<std::size_t>(n) + 1, T(777));
  loop(y.data(), s.seed, s.stream, first, n);
  CHECK(y.back() == 777);
  y.pop_back();
  return y;
}

constexpr int blocks = 50;

}  // namespace

TEST_CASE("philox: the reference of these tests gives the published answers") {
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Four{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Four{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Four{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("uniform kernel: float32 takes the first 24 bits of a word") {
  const auto loop = kernels_in_use().random.uniform[0];
  const auto first = draw<float>(loop, {0, 0, 0}, 0, 4);
  CHECK(first == std::vector<float>{0x6627e8p-24f, 0xe169c5p-24f, 0xbc57acp-24f, 0x9b00dbp-24f});
  for (const Stream& s : streams) {
    const auto y = draw<float>(loop, s, 4 * s.block, 4 * blocks);
    const auto expected = words(s, blocks);
    int wrong = 0;
    for (std::size_t i = 0; i < y.size(); ++i)
      wrong += y[i] != static_cast<float>(expected[i] >> 8) * 0x1p-24f;
    CHECK(wrong == 0);
  }
}

TEST_CASE("uniform kernel: float64 takes the first 53 bits of two words") {
  const auto loop = kernels_in_use().random.uniform[1];
  for (const Stream& s : streams) {
    const auto y = draw<double>(loop, s, 2 * s.block, 2 * blocks);
    const auto expected = words(s, blocks);
    int wrong = 0;
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::uint64_t bits = std::uint64_t{expected[2 * i]} << 32 | expected[2 * i + 1];
      wrong += y[i] != static_cast<double>(bits >> 11) * 0x1p-53;
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE_TEMPLATE("normal kernel: two uniform numbers become a radius and an angle", T, float,
                   double) {
  const kernels::RandomKernels& random = kernels_in_use().random;
  for (const Stream& s : streams) {
    const std::uint64_t first = s.block * (16 / sizeof(T));
    const auto u = draw<T>(random.uniform[type_of<T>], s, first, 600);
    const auto y = draw<T>(random.normal[type_of<T>], s, first, 600);
    double worst = 0;
    for (std::size_t i = 0; i < y.size(); i += 2) {
      const double radius = std::sqrt(-2 * std::log(1 - static_cast<double>(u[i])));
      const double angle = 6.283185307179586 * static_cast<double>(u[i + 1]);
      worst = std::max(worst, std::fabs(static_cast<double>(y[i]) - radius * std::cos(angle)));
      worst = std::max(worst, std::fabs(static_cast<double>(y[i + 1]) - radius * std::sin(angle)));
    }
    CHECK(worst < (sizeof(T) == 4 ? 3e-6 : 1e-14));
  }
}

TEST_CASE_TEMPLATE("random kernels: any stretch of a stream has the numbers of the whole", T, float,
                   double) {
  const kernels::RandomKernels& random = kernels_in_use().random;
  const Stream s = {5, 6, 0};
  for (const auto loop : {random.uniform[type_of<T>], random.normal[type_of<T>]}) {
    const auto all = draw<T>(loop, s, 0, 300);
    int wrong = 0;
    for (const int n : {0, 1, 2, 3, 4, 7, 63, 64, 65, 130})
      for (int begin = 0; begin + n <= 300; ++begin) {
        const auto part = draw<T>(loop, s, static_cast<std::uint64_t>(begin), n);
        wrong += !std::equal(part.begin(), part.end(), all.begin() + begin);
      }
    CHECK(wrong == 0);
  }
}
