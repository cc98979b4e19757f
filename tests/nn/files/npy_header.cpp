#include <doctest/doctest.h>

#include <nn/files/npy_header.hpp>

using ebb::nn::parse_npy_dictionary;

TEST_CASE("npy_header: what NumPy writes, and what Python would read the same") {
  const std::vector<std::int64_t> shape = {3, 4};
  for (const char* line :
       {"{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4), }            \n",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3, 4)}",
        "{\"shape\":(3,4),\"fortran_order\":True,\"descr\":\"<f4\"}",
        " { 'descr' : '<f4' , 'fortran_order' : True , 'shape' : ( 3L , 4L , ) , } "}) {
    const auto dictionary = parse_npy_dictionary(line);
    REQUIRE_MESSAGE(dictionary, line);
    CHECK(dictionary->descr == "<f4");
    CHECK(dictionary->fortran_order);
    CHECK(dictionary->shape == shape);
  }
  const auto scalar = parse_npy_dictionary("{'descr': '|u1', 'fortran_order': False, 'shape': ()}");
  REQUIRE(scalar);
  CHECK(scalar->shape.empty());
  CHECK(!scalar->fortran_order);
  CHECK(parse_npy_dictionary("{'descr': 'a', 'fortran_order': False, 'shape': (7,)}")->shape[0] ==
        7);
}

TEST_CASE("npy_header: anything else is no dictionary of an array") {
  for (const char* line :
       {"", "{}", "{'descr': '<f4', 'fortran_order': True}",
        "{'descr': '<f4', 'descr': '<f4', 'fortran_order': True, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (), 'more': 1}",
        "{'descr': '<f4', 'fortran_order': true, 'shape': ()}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3 4)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (-3,)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3.5,)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (9223372036854775808,)}",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3,)",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3,",
        "{'descr': '<f4', 'fortran_order': True, 'shape': (3,)} x",
        "{'descr': [('a', '<f4')], 'fortran_order': True, 'shape': (3,)}",
        "{'descr': '<f4 'fortran_order': True, 'shape': (3,)}"})
    CHECK_MESSAGE(!parse_npy_dictionary(line), line);
}
