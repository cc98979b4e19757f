// A model as a web page runs it: tools/page/web/images/model.js interprets this.
#pragma once

#include <tools/training/recipe.hpp>

namespace ebb::tools {

// The graphs of the parts that graph_of_part knows, "encoder" and "decoder":
//     {"parts": {"decoder": {
//        "values": [[-1, 20], [400, 20], …],    shapes; -1 is the batch axis
//        "inputs": [{"name": "codes", "value": 0}],
//        "outputs": [{"name": "images", "value": 7}, …],
//        "weights": [[1, 0, 3.1e-5], …],        a value's place in `weights` below, in numbers, and
//                                               what to multiply them by
//        "scalars": [[5, -80.0], …],
//        "operations": [{"name": "linear", "inputs": [0, 1, 2], "output": 3}, …]}, …},
//      "missing": {"encoder": "its 1,234,567 weights are more than a page holds, 1,000,000"},
//      "likelihood": "bernoulli",               what `numbers` mean; "": the model has none
//      "weights": "…"}
// Operations carry their attributes beside: "stride": [2, 2]. Weights are 16-bit integers: all low
// bytes, then all high ones, which zlib packs, then base64. They are off by at most a 65,534th of
// the largest of their tensor; of the same size, float16 would be off by more. The default vae
// takes 1.5 MB. A part is missing, and a sentence says why, where the model has none, where it is
// no list of operations (graph_of), and where the weights, the decoder's first, would be more than
// a million. The recipe was built for these examples.
nlohmann::ordered_json page_model(const Recipe& recipe, const nn::Examples& examples);

}  // namespace ebb::tools
