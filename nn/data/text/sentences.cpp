#include <array>
#include <cmath>
#include <limits>
#include <nn/data/text/sentences.hpp>
#include <span>
#include <tensor/error.hpp>
#include <tensor/random.hpp>

namespace ebb::nn {
namespace {

struct Word {
  std::string_view text;
  double p;
};

// What may stand in one place: words and how probable each is.
using Words = std::span<const Word>;

struct Number {
  double p;
  Words determiners, nouns, alone, with_object, with_clause;
};

constexpr Word determiners_1[] = {{"the", .45}, {"a", .35}, {"every", .12}, {"this", .08}};
constexpr Word determiners_n[] = {{"the", .5}, {"some", .25}, {"many", .15}, {"these", .1}};
constexpr Word nouns_1[] = {{"cat", .2},   {"dog", .17},   {"child", .14},   {"queen", .11},
                            {"bird", .1},  {"river", .09}, {"teacher", .08}, {"sailor", .06},
                            {"moon", .03}, {"ghost", .02}};
constexpr Word nouns_n[] = {{"cats", .16},     {"dogs", .15},    {"children", .2},
                            {"queens", .05},   {"birds", .18},   {"rivers", .08},
                            {"teachers", .08}, {"sailors", .06}, {"ghosts", .04}};
constexpr Word alone_1[] = {{"sleeps", .35}, {"sings", .3}, {"waits", .2}, {"laughs", .15}};
constexpr Word alone_n[] = {{"sleep", .35}, {"sing", .3}, {"wait", .2}, {"laugh", .15}};
constexpr Word with_object_1[] = {{"sees", .4}, {"likes", .3}, {"follows", .2}, {"fears", .1}};
constexpr Word with_object_n[] = {{"see", .4}, {"like", .3}, {"follow", .2}, {"fear", .1}};
constexpr Word with_clause_1[] = {{"knows", .5}, {"thinks", .3}, {"says", .2}};
constexpr Word with_clause_n[] = {{"know", .5}, {"think", .3}, {"say", .2}};
constexpr Word adjectives[] = {
    {"old", .3}, {"small", .25}, {"happy", .2}, {"quiet", .15}, {"brave", .1}};
constexpr Word adverbs[] = {{"softly", .4}, {"alone", .3}, {"again", .2}, {"today", .1}};

constexpr std::array<Number, 2> numbers = {
    Number{.6, determiners_1, nouns_1, alone_1, with_object_1, with_clause_1},
    Number{.4, determiners_n, nouns_n, alone_n, with_object_n, with_clause_n}};
constexpr double one_more_adjective = .3, with_adverb = .3;
constexpr double alone = .4, object = .45, clause = .15;  // what a verb comes with

// Draws a sentence.
class Writer final {
 public:
  explicit Writer(const Random& random) : random_(random) {}

  std::string sentence() {
    text_.clear();
    write_clause();
    return text_ + " .";
  }

 private:
  double uniform() {
    if (next_ == numbers_.size()) {
      numbers_ = rand({4096}, random_, DType::float64).to_vector<double>();
      next_ = 0;
    }
    return numbers_[next_++];
  }
  bool happens(double p) { return uniform() < p; }

  void write(std::string_view word) {
    if (!text_.empty()) text_ += ' ';
    text_ += word;
  }
  void write_one(Words words) {
    double left = uniform();
    for (const Word& word : words.first(words.size() - 1)) {
      if (left < word.p) return write(word.text);
      left -= word.p;
    }
    write(words.back().text);
  }

  const Number& write_group() {
    const Number& number = numbers[happens(numbers[0].p) ? 0 : 1];
    write_one(number.determiners);
    while (happens(one_more_adjective)) write_one(adjectives);
    write_one(number.nouns);
    return number;
  }

  void write_clause() {
    const Number& subject = write_group();
    const double what = uniform();
    if (what < alone) {
      write_one(subject.alone);
      if (happens(with_adverb)) write_one(adverbs);
    } else if (what < alone + object) {
      write_one(subject.with_object);
      write_group();
    } else {
      write_one(subject.with_clause);
      write("that");
      write_clause();
    }
  }

  Random random_;
  std::vector<double> numbers_;  // drawn, of which the first ones are used
  std::size_t next_ = 0;
  std::string text_;
};

// Reads a sentence from its front and adds up what each choice says.
class Reader final {
 public:
  explicit Reader(std::string_view sentence) : sentence_(sentence), rest_(sentence) {}

  double log_probability() {
    read_clause();
    if (sentence_.ends_with(' ') || !take(".") || !rest_.empty()) fail();
    return log_p_;
  }

 private:
  static constexpr double impossible = -std::numeric_limits<double>::infinity();
  void fail() { log_p_ = impossible; }
  void choose(double p) { log_p_ += std::log(p); }

  std::string_view word() const { return rest_.substr(0, rest_.find(' ')); }
  void next() {
    const std::size_t space = rest_.find(' ');
    rest_ = space == std::string_view::npos ? std::string_view() : rest_.substr(space + 1);
  }
  bool take(std::string_view expected) {
    if (word() != expected) return false;
    next();
    return true;
  }
  static double probability(std::string_view word, Words words) {
    for (const Word& one : words)
      if (one.text == word) return one.p;
    return 0;
  }
  // The next word, if it is one of these.
  bool take_one(Words words) {
    const double p = probability(word(), words);
    if (p == 0) return false;
    choose(p);
    next();
    return true;
  }

  // The noun says which number the group has.
  const Number& read_group() {
    const std::string_view determiner = word();
    next();
    while (take_one(adjectives)) choose(one_more_adjective);
    choose(1 - one_more_adjective);
    for (const Number& number : numbers)
      if (take_one(number.nouns)) {
        choose(number.p);
        choose(probability(determiner, number.determiners));
        return number;
      }
    fail();
    return numbers[0];
  }

  void read_clause() {
    while (true) {
      const Number& subject = read_group();
      if (log_p_ == impossible) return;
      if (take_one(subject.alone)) {
        choose(alone);
        return choose(take_one(adverbs) ? with_adverb : 1 - with_adverb);
      }
      if (take_one(subject.with_object)) {
        choose(object);
        read_group();
        return;
      }
      if (!take_one(subject.with_clause) || !take("that")) return fail();
      choose(clause);
    }
  }

  std::string_view sentence_, rest_;  // rest_: what is not read yet
  double log_p_ = 0;
};

double entropy_of(double p) { return p > 0 ? -p * std::log(p) : 0; }
double entropy_of(Words words) {
  double entropy = 0;
  for (const Word& word : words) entropy += entropy_of(word.p);
  return entropy;
}
// Of something that happens or not.
double entropy_of_event(double p) { return entropy_of(p) + entropy_of(1 - p); }

}  // namespace

Sentences draw_sentences(const SentencesOptions& options) {
  constexpr std::int64_t most = 10'000'000;
  for (const std::int64_t count : {options.train, options.test})
    if (count < 0 || count > most)
      throw Error(text("draw_sentences: ", count, " sentences; try 0 to ", most));
  const auto draw = [&](std::string_view part, std::int64_t count) {
    Writer writer(Random{options.seed}.fork(text("sentences to ", part)));
    std::vector<std::string> sentences;
    for (std::int64_t i = 0; i < count; ++i) sentences.push_back(writer.sentence());
    return sentences;
  };
  return {draw("train", options.train), draw("test", options.test)};
}

double sentence_log_probability(std::string_view sentence) {
  return Reader(sentence).log_probability();
}

double sentence_entropy() {
  const double more = one_more_adjective / (1 - one_more_adjective);  // adjectives in the mean
  double group = (more + 1) * entropy_of_event(one_more_adjective) + more * entropy_of(adjectives);
  double verbs = entropy_of(alone) + entropy_of(object) + entropy_of(clause) +
                 alone * (entropy_of_event(with_adverb) + with_adverb * entropy_of(adverbs));
  for (const Number& n : numbers) {
    group += entropy_of(n.p) + n.p * (entropy_of(n.determiners) + entropy_of(n.nouns));
    verbs += n.p * (alone * entropy_of(n.alone) + object * entropy_of(n.with_object) +
                    clause * entropy_of(n.with_clause));
  }
  // A clause holds another one with probability `clause`.
  return (group + verbs + object * group) / (1 - clause);
}

}  // namespace ebb::nn
