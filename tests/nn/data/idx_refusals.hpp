// What IDX readers say to bad files, for their tests.
#pragma once

#include <cstdint>
#include <functional>
#include <nn/data/idx.hpp>
#include <string>
#include <tensor/error.hpp>
#include <tests/nn/data/idx_files.hpp>

// Bytes that gzip cannot make much shorter.
inline std::string noise(std::size_t count) {
  std::string bytes;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < count; ++i)
    bytes += static_cast<char>((state = state * 1664525 + 1013904223) >> 24);
  return bytes;
}

// What reading or loading throws, as text.
inline std::string refusal(const std::function<void()>& action) {
  try {
    action();
  } catch (const ebb::FormatError& error) {
    return error.what();
  } catch (const ebb::IoError& error) {
    return std::string("IoError: ") + error.what();
  }
  return "it was taken";
}
inline std::string refusal_of(const std::string& bytes, int axes = 3) {
  const TemporaryFolder folder;
  write_file(folder.path() / "file", bytes);
  return refusal([&] { return ebb::nn::read_idx(folder.path() / "file", axes); });
}
