// Event files, which TensorBoard reads: one event after the other, each a protocol buffer in a
// record with check sums (tensorflow/core/lib/io/record_writer.h,
// tensorflow/core/util/event.proto).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tensor/tensor.hpp>
#include <tools/exporting/protobuf.hpp>

namespace ebb::tools {

inline constexpr const char* event_file = "events.out.tfevents.ebb";  // as a run's folder has it

// What is known at one step, under names such as "loss/train".
class EventSummary final {
 public:
  void scalar(std::string_view name, double value);  // kept as float32
  // A PNG, as it is.
  void picture(std::string_view name, std::string_view png);
  // How the numbers are spread: 30 parts of equal width. Without those that are not finite; nothing
  // where none is left.
  void histogram(std::string_view name, const Tensor& numbers);

  const ProtobufMessage& message() const { return message_; }

 private:
  ProtobufMessage message_;
};

// The bytes of a record of the file, its first and the following ones. `seconds` since 1970.
std::string first_record(double seconds);
std::string event_record(double seconds, std::int64_t step, const EventSummary& summary);

// How many of the bytes are the records up to the first that is not whole, or of a later step.
std::size_t length_until(std::string_view file, std::int64_t step);

// The check sum that records have: of Castagnoli's polynomial (RFC 3720, appendix B.4).
std::uint32_t crc32c(std::string_view bytes);

}  // namespace ebb::tools
