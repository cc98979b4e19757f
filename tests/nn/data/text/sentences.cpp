#include <doctest/doctest.h>

#include <cmath>
#include <nn/data/text/sentences.hpp>
#include <set>
#include <tests/support.hpp>

using namespace ebb;

TEST_CASE("sentences: a probability is the product of the choices") {
  const double some = std::log(.6 * .45 * .7 * .2) +  // "the cat": singular, no adjective
                      std::log(.4 * .35 * .7);        // sleeps, without an adverb
  CHECK(nn::sentence_log_probability("the cat sleeps .") == doctest::Approx(some).epsilon(1e-12));
  const double more = std::log(.4 * .25 * .3 * .3 * .3 * .2 * .7 * .15) +  // some old happy dogs
                      std::log(.15 * .5) +                                 // know that
                      std::log(.6 * .35 * .7 * .11) +                      // a queen
                      std::log(.45 * .4) +                                 // sees
                      std::log(.4 * .5 * .7 * .18);                        // the birds
  CHECK(nn::sentence_log_probability("some old happy dogs know that a queen sees the birds .") ==
        doctest::Approx(more).epsilon(1e-12));
}

TEST_CASE("sentences: what the grammar does not make is impossible") {
  const double impossible = -std::numeric_limits<double>::infinity();
  for (const char* wrong :
       {"", ".", "the", "the cat", "the cat sleep .", "a cats sleep .", "the cat sleeps",
        "the cat sleeps . .", "cat sleeps .", "the cat sees .", "the cat knows a dog .",
        "the cat  sleeps .", "the cat sleeps . ", "the cat sleeps softly softly .",
        "many cat sleeps ."})
    CHECK_MESSAGE(nn::sentence_log_probability(wrong) == impossible, wrong);
}

TEST_CASE("sentences: the mean of -log p is the entropy") {
  const nn::Sentences drawn = nn::draw_sentences({.train = 40'000, .test = 1, .seed = 5});
  double sum = 0, squares = 0;
  for (const std::string& sentence : drawn.train) {
    const double nats = -nn::sentence_log_probability(sentence);
    REQUIRE(std::isfinite(nats));
    sum += nats;
    squares += nats * nats;
  }
  const double n = 40'000, mean = sum / n;
  const double error = std::sqrt((squares / n - mean * mean) / n);
  CHECK(std::fabs(mean - nn::sentence_entropy()) < 4 * error);
  CHECK(error < 0.05);
}

TEST_CASE("sentences: the same options give the same, others do not") {
  const nn::Sentences a = nn::draw_sentences({.train = 50, .test = 20, .seed = 1});
  CHECK(a.train.size() == 50);
  CHECK(a.test.size() == 20);
  CHECK(nn::draw_sentences({.train = 50, .test = 20, .seed = 1}).train == a.train);
  CHECK(nn::draw_sentences({.train = 10, .test = 20, .seed = 1}).test == a.test);
  CHECK(nn::draw_sentences({.train = 50, .test = 20, .seed = 2}).train != a.train);
  CHECK(a.train != nn::draw_sentences({.train = 20, .test = 50, .seed = 1}).test);
  CHECK(message_of<Error>([] { return nn::draw_sentences({.train = -1}).train; }) ==
        "draw_sentences: -1 sentences; try 0 to 10000000");
}
