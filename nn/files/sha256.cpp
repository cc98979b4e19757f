#include <algorithm>
#include <bit>
#include <cstring>
#include <nn/files/file.hpp>
#include <nn/files/sha256.hpp>

namespace ebb::nn {
namespace {

// The first 32 bits behind the point of the cube roots of the first 64 primes.
constexpr std::uint32_t keys[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

std::uint32_t word_at(const unsigned char* bytes) {
  return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 |
         std::uint32_t{bytes[2]} << 8 | bytes[3];
}

}  // namespace

void Sha256::take_block(const unsigned char* bytes) {
  std::uint32_t words[64];
  for (int i = 0; i < 16; ++i) words[i] = word_at(bytes + 4 * i);
  for (int i = 16; i < 64; ++i) {
    const std::uint32_t x = words[i - 15], y = words[i - 2];
    words[i] = words[i - 16] + (std::rotr(x, 7) ^ std::rotr(x, 18) ^ x >> 3) + words[i - 7] +
               (std::rotr(y, 17) ^ std::rotr(y, 19) ^ y >> 10);
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (int i = 0; i < 64; ++i) {
    const std::uint32_t first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) +
                                ((e & f) ^ (~e & g)) + keys[i] + words[i];
    const std::uint32_t second =
        (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  const std::uint32_t more[] = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] += more[i];
}

void Sha256::add(std::string_view bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  std::size_t left = bytes.size(), held = count_ % rest_.size();
  count_ += left;
  while (left > 0) {
    if (held == 0 && left >= rest_.size()) {
      take_block(at);
      at += rest_.size();
      left -= rest_.size();
      continue;
    }
    const std::size_t some = std::min(left, rest_.size() - held);
    std::memcpy(rest_.data() + held, at, some);
    at += some;
    left -= some;
    held += some;
    if (held == rest_.size()) take_block(rest_.data());
    held %= rest_.size();
  }
}

std::string Sha256::hex() const {
  Sha256 end = *this;
  const std::uint64_t bits = 8 * count_;
  std::string padding(1, '\x80');
  padding.append((119 - count_ % 64) % 64, '\0');  // up to eight bytes before the end of a block
  for (int i = 7; i >= 0; --i) padding += static_cast<char>(bits >> (8 * i) & 0xff);
  end.add(padding);
  std::string digits;
  for (const std::uint32_t word : end.state_)
    for (int i = 28; i >= 0; i -= 4) digits += "0123456789abcdef"[word >> i & 15];
  return digits;
}

std::string sha256_of(std::string_view bytes) {
  Sha256 sum;
  sum.add(bytes);
  return sum.hex();
}

std::string sha256_of_file(const std::string& path) {
  constexpr std::uint64_t piece = 1 << 16;
  FileReader file(path);
  Sha256 sum;
  std::string some;
  for (std::uint64_t left = file.size(); left > 0; left -= some.size()) {
    some.resize(static_cast<std::size_t>(std::min(piece, left)));
    file.read(some.data(), some.size());
    sum.add(some);
  }
  return sum.hex();
}

}  // namespace ebb::nn
