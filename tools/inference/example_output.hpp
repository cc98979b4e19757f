// Where examples go that a model makes, batch after batch.
#pragma once

#include <nn/data/dataset.hpp>
#include <string>

namespace ebb::tools {

// All of them appear whole or not at all.
class ExampleOutput {
 public:
  virtual ~ExampleOutput() = default;
  // The next examples. All of them have labels, or none has. Throws IoError, and UsageError or
  // Error for what cannot be written so.
  virtual void add(const nn::Batch& examples) = 0;
  // After the last one. Returns a line that says what was written. Throws IoError, and UsageError
  // where something else lies in that place.
  virtual std::string finish() = 0;
};

}  // namespace ebb::tools
