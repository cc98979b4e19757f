#include <doctest/doctest.h>

#include <nn/data/digits.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/reduce.hpp>
#include <tools/training/scoring/prepared_examples.hpp>

using namespace ebb;
using namespace ebb::tools;

TEST_CASE("prepared examples: drawn once, whenever and in whichever order they are asked for") {
  const nn::ImageSplits digits = nn::draw_digits({.train = 10, .test = 600});
  std::unique_ptr<Recipe> recipe = make_recipe("vae");
  Options options;
  recipe->visit(options);
  options.find("binarize")->parse("dynamic");
  recipe->build(digits.train.examples());
  const PreparedExamples examples(digits.test, *recipe, Random{5});
  const PreparedExamples same(digits.test, *recipe, Random{5}),
      other(digits.test, *recipe, Random{6});
  CHECK(examples.count() == 600);
  CHECK(examples.batches() == 2);
  const Tensor second = examples.batch(1).inputs, first = examples.batch(0).inputs;
  CHECK(second.size(0) == 100);
  CHECK(equal(first, same.batch(0).inputs));
  CHECK(equal(second, examples.batch(1).inputs));
  CHECK(!equal(first, other.batch(0).inputs));
  CHECK(amin((first == 0) + (first == 1)).item() == 1);
  CHECK(!equal(first, examples.original(0).inputs));
}

TEST_CASE("part_of: examples of a batch, and nothing of what it lacks") {
  const nn::Batch batch = {.inputs = from_vector({{1.f}, {2.f}, {3.f}}),
                           .targets = from_vector({4, 5, 6})};
  const nn::Batch part = part_of(batch, 1, 9);
  CHECK(equal(part.inputs, from_vector({{2.f}, {3.f}})));
  CHECK(equal(part.targets, from_vector({5, 6})));
  CHECK(part.mask.count() == 0);
  CHECK(part.lengths.count() == 0);
}
