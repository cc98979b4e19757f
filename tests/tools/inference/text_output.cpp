// Covers: tools/inference/example_output.hpp
#include <doctest/doctest.h>

#include <tensor/makers.hpp>
#include <tests/support.hpp>
#include <tools/inference/text_output.hpp>

using namespace ebb;

TEST_CASE("text output: a line for each text, and no file before all are there") {
  const TemporaryFolder place;
  const std::string out = (place.path() / "texts.txt").string();
  const auto file = tools::open_texts(out, nn::Vocabulary::bytes());
  file->add({.inputs = from_vector({98, 99, 0, 0, 0, 0}, {2, 3})});
  CHECK(!std::filesystem::exists(out));
  file->add({.inputs = from_vector({100, 0}, {1, 2})});
  CHECK(file->finish() == out + ", 3 lines");
  CHECK(read_file(out) == "ab\n\nc\n");
  {
    const auto given_up = tools::open_texts(out + "2", nn::Vocabulary::bytes());
    given_up->add({.inputs = from_vector({98, 0}, {1, 2})});
  }
  CHECK(!std::filesystem::exists(out + "2"));
}
