// A language model writes.
#pragma once

#include <models/text/language_model.hpp>

namespace ebb {
struct Random;
}

namespace ebb::models {

struct WritingOptions {
  double temperature = 1;      // logits are divided by it; below 1e-6 the most probable token
  double top_p = 1;            // of each step's tokens only the most probable that make up this
  std::int64_t longest = 500;  // tokens of a text, without its end; never more than a model reads
  std::int64_t beam = 0;  // width of the beam search for the most probable text; 0: texts are drawn
};

// n texts, int32 [n, steps]: each ends with the token 0, and more of them fill it up. A model that
// is told a code gets the n codes. top_p is the nucleus of Holtzman et al., "The curious case of
// neural text degeneration", ICLR 2020. A beam search without codes gives the n most probable that
// it finds, perhaps fewer; where no text ends in time, the greedy one, cut. Throws Error for a
// temperature below 0, a top_p outside (0, 1], a beam below 0, and codes where the model is told
// none, or none where it is.
Tensor write(const LanguageModel& model, std::int64_t n, Random& noise,
             const WritingOptions& options = {}, const Variable& codes = {});

struct FoundText {
  std::vector<std::int32_t> tokens;  // without the end
  double log_probability;            // of them and the end, in nats
};

// The most probable texts that a search finds which keeps `width` beginnings at a time, the most
// probable first. Each is as probable as the model says, whatever its length. `code` is [1,
// latent]. A text that has not ended after `longest` tokens is none. Throws Error for a width below
// 1.
std::vector<FoundText> beam_search(const LanguageModel& model, std::int64_t width,
                                   std::int64_t longest = 500, const Variable& code = {});

}  // namespace ebb::models
