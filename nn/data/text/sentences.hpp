// Sentences from a small grammar whose entropy is known: something to learn from where no text is
// at hand, and the one text for which "how good is good?" has an answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ebb::nn {

struct SentencesOptions {
  std::int64_t train = 20'000;
  std::int64_t test = 2'000;
  std::uint64_t seed = 0;
};

struct Sentences {
  std::vector<std::string> train, test;
};

// Sentences such as "the old cats know that a queen sees every small bird .":
//     clause  → subject verb phrase; both are singular, or both plural
//     subject → determiner, adjectives (0, 1, 2, …), noun
//     phrase  → verb, perhaps adverb | verb object | verb "that" clause
// Each choice is drawn with fixed probabilities, the number of an object on its own. A sentence has
// one way to be made, so that its probability is the product of these choices. The same options
// give the same sentences. Throws Error for a count outside 0 to 10 million.
Sentences draw_sentences(const SentencesOptions& options = {});

// log p of a sentence in nats; minus infinity for what the grammar does not make.
double sentence_log_probability(std::string_view sentence);

// -E log p: what no model can be better than in the mean. In nats per sentence.
double sentence_entropy();

}  // namespace ebb::nn
