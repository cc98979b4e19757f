#include <doctest/doctest.h>

#include <nn/data/column.hpp>
#include <nn/data/text/vocabulary.hpp>
#include <tensor/error.hpp>
#include <tools/training/examples.hpp>

using namespace ebb;
using namespace ebb::tools;
using Json = nlohmann::ordered_json;

TEST_CASE("examples: what an example is goes into JSON and comes back") {
  const nn::Examples images = {nn::ImageExample{3, 32, 24}, 10};
  const nn::Examples arrays = {nn::ArrayExample{{7, 2}, {}}, 0};
  for (const nn::Examples& examples : {images, arrays})
    CHECK(examples_from(Json::parse(to_json(examples).dump())) == examples);
  CHECK(to_json(images) == Json{{"classes", 10}, {"kind", "image"}, {"shape", {3, 32, 24}}});
  CHECK_THROWS_AS(examples_from(Json::parse("null")), FormatError);
  CHECK_THROWS_AS(examples_from({{"kind", "image"}, {"shape", {3, 32}}, {"classes", 1}}),
                  FormatError);
}

TEST_CASE("examples: what they are called") {
  const auto bytes = std::make_shared<const nn::Vocabulary>(nn::Vocabulary::bytes());
  CHECK(name_of({nn::ImageExample{1, 2, 2}}) == std::string("images"));
  CHECK(name_of({nn::TextExample{bytes, 10}}) == std::string("texts"));
  CHECK(name_of({nn::TableExample{}}) == std::string("rows"));
  CHECK(name_of({nn::ArrayExample{{2}}}) == std::string("examples"));
}
