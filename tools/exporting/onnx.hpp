// A graph as an ONNX model, which other programs run. (https://onnx.ai/onnx/repo-docs/IR.html)
#pragma once

#include <map>
#include <string>
#include <tools/exporting/graph.hpp>

namespace ebb::tools {

// What people read in a model.
struct OnnxWords {
  std::string name;                           // of the graph, "vae_decoder"
  std::string documentation;                  // of the model
  std::map<std::string, std::string> values;  // of inputs and outputs, by their names
};

// The bytes of a file: operator set 17, weights as float32 under their paths, the batch axis named
// "batch". Whole numbers are int64. Throws UsageError for an operation that it has no words for,
// and for more than the 2 GB that a file can hold.
std::string onnx_of(const Graph& graph, const OnnxWords& words);

}  // namespace ebb::tools
