#include <doctest/doctest.h>

#include <nn/files/edit_distance.hpp>

using ebb::nn::edit_distance;

TEST_CASE("edit_distance: letters put in, taken out and replaced count one each") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("--latent", "--latent") == 0);
  CHECK(edit_distance("--latnet", "--latent") == 2);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("sitting", "kitten") == 3);
}
