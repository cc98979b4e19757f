// Files in IDX form for tests, made independently of what reads them.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <tests/support.hpp>
#include <vector>

// Two zeros, 8, the number of axes, big-endian lengths, bytes.
inline std::string idx(const std::vector<std::uint32_t>& lengths, const std::string& bytes) {
  std::string all("\0\0\x08", 3);
  all += static_cast<char>(lengths.size());
  for (const std::uint32_t length : lengths)
    for (int shift = 24; shift >= 0; shift -= 8) all += static_cast<char>(length >> shift);
  return all + bytes;
}

inline std::string gzipped(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "gz";
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return read_file(path);
}
