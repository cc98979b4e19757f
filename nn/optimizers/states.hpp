// What an optimizer or an average remembers, in a file: training goes on with the same bits.
#pragma once

#include <nn/files/safetensors.hpp>
#include <nn/optimizers/average.hpp>

namespace ebb::nn {

// Each state under the name of its parameter, "encoder.hidden.weight.first_moment", and the number
// of steps, "adam.steps". Schedules are functions of that number; a learning rate that was set, and
// other options, are the program's to set again. Throws IoError.
//     save(model, "model.safetensors"), save(adam, "adam.safetensors");
void save(const Optimizer& optimizer, const std::string& path);
void save(const Average& average, const std::string& path);

// Throws, before anything has changed, FormatError for the state of another kind of optimizer, for
// one that is missing, and for shapes and dtypes that differ; IoError. What else the file holds
// does not matter.
void load(Optimizer& optimizer, const std::string& path);
void load(Average& average, const std::string& path);

// A model and its optimizer in one file, whole or not at all: a run that is killed goes on from
// here with the same bits. The model's names begin with "model.", so that load(model, path,
// {.prefix = "model."}) takes the weights alone. Where in the data to go on follows from
// optimizer.steps(). Throws what the two throw that it calls, also before anything has changed; but
// where the memory ends, the model may have the new numbers and the optimizer not.
//     if (std::filesystem::exists(path)) load(model, adam, path);
void save(const Module& model, const Optimizer& optimizer, const std::string& path);
void load(Module& model, Optimizer& optimizer, const std::string& path);

// The same without a file of their own, for a list that holds more.
NamedTensors to_tensors(const Optimizer& optimizer);
NamedTensors to_tensors(const Average& average);
// Of a state that was taken from it before: the tensors share its numbers.
NamedTensors to_tensors(const Optimizer& optimizer, const OptimizerState& state);
NamedTensors to_tensors(const Average& average, const OptimizerState& state);
void from_tensors(Optimizer& optimizer, const NamedTensors& tensors);
void from_tensors(Average& average, const NamedTensors& tensors);

}  // namespace ebb::nn
