// A model's numbers in a file that other frameworks read (nn/safetensors.hpp).
#pragma once

#include <nn/module.hpp>
#include <string>

namespace ebb::nn {

// Writes the parameters under their full names, whole or not at all. The same numbers give the same
// bytes. Throws IoError, and Error for a model without numbers.
void save(const Module& model, const std::string& path);

// Gives the model the numbers of a file, and its parts their names. Names and shapes must be those
// of the model, and dtypes too where it has numbers already: else FormatError, which lists what
// differs, before anything has changed. Throws IoError where there is nothing to read.
void load(Module& model, const std::string& path);

}  // namespace ebb::nn
