// Reads event files back, for tests: the frames of records and the fields of protocol buffers.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

// What follows the number of a field: bytes of a string or a fixed number, or a varint's value.
struct Field {
  std::string bytes;
  std::uint64_t number = 0;

  template <class T>
  T as() const {
    T value;
    if (bytes.size() != sizeof value) throw std::runtime_error("a field of another size");
    std::memcpy(&value, bytes.data(), sizeof value);
    return value;
  }
};
using Fields = std::multimap<int, Field>;

inline std::uint64_t varint_at(const std::string& bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(at++));
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
}

inline Fields fields_of(const std::string& message) {
  Fields fields;
  for (std::size_t at = 0; at < message.size();) {
    const std::uint64_t key = varint_at(message, at);
    Field field;
    std::size_t length = 0;
    if (key % 8 == 0) field.number = varint_at(message, at);
    if (key % 8 == 1) length = 8;
    if (key % 8 == 2) length = varint_at(message, at);
    if (key % 8 == 5) length = 4;
    if (length > message.size() - at) throw std::runtime_error("a field beyond its message");
    field.bytes = message.substr(at, length);
    at += length;
    fields.emplace(static_cast<int>(key / 8), field);
  }
  return fields;
}

// The events of a file of whole records.
inline std::vector<Fields> events_in(const std::string& file) {
  std::vector<Fields> events;
  for (std::size_t at = 0; at < file.size();) {
    std::uint64_t length = 0;
    std::memcpy(&length, file.substr(at, 8).data(), 8);
    if (file.size() < 16 || length > file.size() - at - 16)
      throw std::runtime_error("a record beyond its file");
    events.push_back(fields_of(file.substr(at + 12, length)));
    at += 16 + length;
  }
  return events;
}
