// A model's numbers in a file that other frameworks read (nn/files/safetensors.hpp).
#pragma once

#include <nn/module.hpp>
#include <string>
#include <vector>

namespace ebb::nn {

// Writes the parameters and buffers under their full names, whole or not at all; int32 buffers as
// I64, as PyTorch has them. The same numbers give the same bytes. Throws IoError, and Error for a
// model without numbers.
//     nn::save(model, "model.safetensors");
void save(const Module& model, const std::string& path);
// The same parameters and buffers as a list (NamedTensors), for a file that holds more.
std::vector<std::pair<std::string, Tensor>> to_tensors(const Module& model);

struct LoadOptions {
  bool strict = true;  // what is missing or left over is an error
  std::string prefix =
      {};  // "encoder.": takes only tensors whose names begin with it, and cuts it off
};

// What a load that is not strict passed over, each as the model names it (without the prefix).
struct LoadReport {
  std::vector<std::string>
      missing;  // parameters and buffers that the file lacks: they stay as they were
  std::vector<std::string> unexpected;  // tensors in the file that the model lacks
};

// Gives the model the numbers of a file, and its parts their names. Names and shapes must be those
// of the model, and dtypes too where it has numbers already: else FormatError, which lists what
// differs, before anything has changed. (Halves in the file count as float32.) A part with several
// names takes its numbers from any of them; where the file has more than one, they must agree bit
// for bit. Throws IoError where there is nothing to read.
//     const auto [missing, unexpected] = nn::load(encoder, path, {.strict = false,
//                                                                 .prefix = "encoder."});
// Tensors without the prefix are ignored; they do not count as unexpected. A shape or a dtype that
// does not fit, and a prefix that no name begins with, are errors, strict or not.
LoadReport load(Module& model, const std::string& path, const LoadOptions& options = {});

}  // namespace ebb::nn
