#include <doctest/doctest.h>

#include <algorithm>
#include <nn/data/loader.hpp>
#include <nn/data/split.hpp>
#include <nn/data/text/text_dataset.hpp>
#include <nn/files/file.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Lines;
using nn::TextDataset;
using nn::Vocabulary;

TEST_CASE("text: tokens, their ends, and what does not count") {
  const TextDataset data(Lines({"ab", "c"}), Vocabulary::bytes());
  const std::int64_t both[] = {1, 0};
  const nn::Batch batch = data.gather(both);
  CHECK(batch.inputs.to_vector<std::int32_t>() == std::vector<std::int32_t>{100, 0, 0, 98, 99, 0});
  CHECK(batch.mask.to_vector<float>() == std::vector<float>{1, 1, 0, 1, 1, 1});
  CHECK(batch.lengths.to_vector<std::int32_t>() == std::vector<std::int32_t>{2, 3});
  CHECK(batch.inputs.shape() == Shape{2, 3});
  const std::int64_t one[] = {1};
  CHECK(data.gather(one).inputs.shape() == Shape{1, 2});
  CHECK(data.gather({}).inputs.shape() == Shape{0, 1});
  CHECK(data.lengths() == std::vector<std::int32_t>{3, 2});
  const nn::Subset second(data, {1});
  CHECK(second.lengths() == std::vector<std::int32_t>{2});
}

TEST_CASE("text: longer lines become several examples, none is lost") {
  const TextDataset data(Lines({"abcde", "x", "", "abcd"}), Vocabulary::bytes(), {.longest = 2});
  CHECK(data.count() == 3 + 1 + 1 + 2);
  CHECK(data.cut() == 3);
  CHECK(data.lines() == std::vector<std::int64_t>{0, 0, 0, 1, 2, 3, 3});
  const std::int64_t numbers[] = {0, 1, 2, 4};
  CHECK(data.gather(numbers).inputs.to_vector<std::int32_t>() ==
        std::vector<std::int32_t>{98, 99, 0, 100, 101, 0, 102, 0, 0, 0, 0, 0});
  CHECK(message_of<Error>([] {
          return TextDataset(Lines({"a"}), Vocabulary::bytes(), {.longest = 0}).count();
        }) == "text: examples of at most 0 tokens; try 1000");
}

TEST_CASE("text: tokens that do not fit in memory are made when asked for, the same") {
  const Lines lines({"one two", "three", "four five six"});
  const TextDataset kept(lines, Vocabulary::bytes(), {.longest = 4});
  const TextDataset made(lines, Vocabulary::bytes(), {.longest = 4, .memory = 8});
  const std::int64_t numbers[] = {5, 0, 3};
  CHECK(made.count() == kept.count());
  CHECK(made.gather(numbers).inputs.to_vector<std::int32_t>() ==
        kept.gather(numbers).inputs.to_vector<std::int32_t>());
}

TEST_CASE("text: a line that became shorter while it was read is named") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "a.txt").string();
  nn::write_file(path, "one two\nthree four five\n");
  const std::int64_t all[] = {0, 1};
  const nn::Lines lines = nn::Lines::open(path, {.memory = 0});
  const TextDataset words(lines, Vocabulary::words(lines, all, 1), {.memory = 0});
  std::FILE* const file = std::fopen(path.c_str(), "r+");
  std::fputs("one two\nthree          ", file);
  std::fclose(file);
  const std::int64_t second[] = {1};
  CHECK(message_of<FormatError>([&] { return words.gather(second).inputs; }) ==
        "text: line 2 became shorter while it was read; try again when nobody writes to the file");
}

TEST_CASE("text: how many of its tokens are unknown") {
  const Lines lines({"ab", "cc"});
  const std::int64_t first[] = {0};
  CHECK(TextDataset(lines, Vocabulary::characters(lines, first)).unknown_share() == 0.5);
  CHECK(TextDataset(lines, Vocabulary::bytes()).unknown_share() == 0);
}

TEST_CASE("text: examples know their vocabulary") {
  const Lines lines({"ab"});
  const TextDataset a(lines, Vocabulary::bytes()), b(lines, Vocabulary::bytes());
  CHECK(a.examples() == b.examples());
  CHECK(a.examples().shape() == Shape{1001});
  const std::int64_t all[] = {0};
  CHECK(a.examples() != TextDataset(lines, Vocabulary::characters(lines, all)).examples());
  CHECK(a.examples() != TextDataset(lines, Vocabulary::bytes(), {.longest = 5}).examples());
  CHECK(message_of<Error>([&] { return a.gather(std::vector<std::int64_t>{1}).inputs; }) ==
        "text: index 1 at place 0 is outside [0, 1); examples count from 0");
}

TEST_CASE("loader: batches of text hold examples that are nearly as long, each example once") {
  std::vector<std::string> lines;
  for (int i = 0; i < 1000; ++i) lines.emplace_back(static_cast<std::size_t>(i * 7 % 50 + 1), 'a');
  const TextDataset data{Lines(lines), Vocabulary::bytes()};
  const nn::Loader loader(data, {.batch_size = 32, .seed = 3});
  double counted = 0, all = 0;
  std::vector<int> seen(51);
  std::vector<std::int64_t> widths;
  for (const nn::Batch& batch : loader.epoch(0)) {
    for (const std::int32_t length : batch.lengths.to_vector<std::int32_t>()) {
      ++seen[static_cast<std::size_t>(length - 1)];
      counted += length;
    }
    all += static_cast<double>(batch.inputs.count());
    widths.push_back(batch.inputs.size(1));
  }
  for (int length = 1; length <= 50; ++length) CHECK(seen[static_cast<std::size_t>(length)] == 20);
  CHECK(counted / all > 0.9);  // in a plain order about a half
  CHECK_FALSE(std::is_sorted(widths.begin(), widths.end()));
  CHECK(loader.epoch(0).batch(3).inputs.to_vector<std::int32_t>() ==
        loader.epoch(0).batch(3).inputs.to_vector<std::int32_t>());
  CHECK(loader.epoch(0).batch(3).lengths.to_vector<std::int32_t>() !=
        loader.epoch(1).batch(3).lengths.to_vector<std::int32_t>());
}
