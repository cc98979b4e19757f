#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <tools/benchmark/suites/gemm.hpp>

using namespace ebb::tools::benchmark;

namespace {

Product some_product(const std::string& name, const std::string& group, bool wide = false) {
  return {name, group, {1, 1, 1}, wide};
}

nlohmann::ordered_json notes_of(const ProductSummary& summary) {
  Report report(nullptr);
  report.begin_table("products", {"product"});
  summary.report(report);
  return report.json()["tables"][0]["notes"];
}

}  // namespace

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
    const ProductShape& shape = list[i].shape;
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

TEST_CASE("bench summary: geometric means per group, and the least of all") {
  ProductSummary summary;
  summary.add(some_product("a", "batch 1"), 0.5, 2);
  summary.add(some_product("b", "batch 1"), 0.5, 0.5);
  summary.add(some_product("c", "squares"), 0.5, 0.25);
  const auto notes = notes_of(summary);
  CHECK(notes["batch 1"] == doctest::Approx(1));
  CHECK(notes["squares"] == doctest::Approx(0.25));
  CHECK(notes["least"] == 0.25);
  CHECK(!notes.contains("of peak"));
}

TEST_CASE("bench summary: the share of peak is that of the wide layers alone") {
  ProductSummary summary;
  summary.add(some_product("a", "batch 128", true), 0.9, std::nan(""));
  summary.add(some_product("b", "batch 128", true), 0.4, std::nan(""));
  summary.add(some_product("c", "batch 128"), 0.1, std::nan(""));
  const auto notes = notes_of(summary);
  CHECK(notes["of peak"] == doctest::Approx(0.6));
  CHECK(notes.size() == 1);  // no ratios without other libraries
}

TEST_CASE("bench summary: people read which product is the worst") {
  std::FILE* const file = std::tmpfile();
  Report report(file);
  report.begin_table("products", {"product"});
  ProductSummary summary;
  summary.add(some_product("a", "batch 1", true), 0.5, 2);
  summary.add(some_product("b", "batch 1"), 0.5, 0.5);
  summary.report(report);
  std::rewind(file);
  std::string text;
  for (int c; (c = std::fgetc(file)) != EOF;) text.push_back(static_cast<char>(c));
  std::fclose(file);
  CHECK(
      text.substr(text.find("batch")) ==
      "batch 1: 1.000 of the best other library (geometric mean of 2; at peak it would be 2.000), "
      "least 0.500: b\n"
      "least of all 0.500: b\n"
      "784-256 and 784-512 at batch 128: 50.0 % of peak (geometric mean of 1), least 50.0 %\n");
}
