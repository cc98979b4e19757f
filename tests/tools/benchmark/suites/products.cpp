#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <tools/benchmark/suites/products.hpp>

using namespace ebb::tools;

using ebb::tools::benchmark::Product;
using ebb::tools::benchmark::products;

TEST_CASE("bench products: six batches of eight layers, three products each, and eight squares") {
  std::map<std::string, int> groups;
  std::set<std::string> names;
  for (const Product& product : products(false)) {
    ++groups[product.group];
    names.insert(product.name);
  }
  CHECK(groups == std::map<std::string, int>{{"batch 1", 24},
                                             {"batch 20", 24},
                                             {"batch 32", 24},
                                             {"batch 100", 24},
                                             {"batch 128", 24},
                                             {"batch 512", 24},
                                             {"small squares", 2},
                                             {"squares", 6}});
  CHECK(names.size() == 6 * 24 + 8);
}

TEST_CASE("bench products: a layer's three products are those of its derivative") {
  const std::vector<Product> list = products(false, "b32 784-256 ");
  REQUIRE(list.size() == 3);
  const auto is = [&](std::size_t i, std::int64_t m, std::int64_t n, std::int64_t k, bool a,
                      bool b) {
    const benchmark::ProductShape& shape = list[i].shape;
    return shape.m == m && shape.n == n && shape.k == k && shape.a_transposed == a &&
           shape.b_transposed == b;
  };
  CHECK(is(0, 32, 256, 784, false, true));   // y [32, 256] = x [32, 784] times the transpose of W
  CHECK(is(1, 32, 784, 256, false, false));  // dx [32, 784] = dy [32, 256] W [256, 784]
  CHECK(is(2, 256, 784, 32, true, false));   // dW [256, 784] = the transpose of dy times x
  CHECK(list[0].name == "b32 784-256 y = x W'");
  CHECK(list[2].shape.flops() == 2.0 * 256 * 784 * 32);
}

TEST_CASE("bench products: six products count for the share of peak") {
  const std::vector<Product> list = products(false);
  CHECK(std::count_if(list.begin(), list.end(), [](const Product& each) { return each.wide; }) ==
        6);
  for (const Product& each : list)
    if (each.wide) CHECK(each.name.starts_with("b128 784-"));
}

TEST_CASE("bench products: a quick look takes a few small ones") {
  const std::vector<Product> list = products(true);
  CHECK(list.size() == 8);
  for (const Product& each : list) CHECK(each.shape.flops() <= 2.0 * 128 * 128 * 128);
  CHECK(products(true, "784").empty());
}
