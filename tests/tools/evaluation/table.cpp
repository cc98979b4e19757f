#include <doctest/doctest.h>

#include <algorithm>
#include <tools/evaluation/subject.hpp>
#include <tools/evaluation/table.hpp>

using namespace ebb::tools;
using Json = nlohmann::ordered_json;

namespace {

Json some_figures() {
  Json figures = no_figures();
  figures.update({{"examples", 12},
                  {"likelihood", "bernoulli"},
                  {"samples", 50},
                  {"elbo", -90.126},
                  {"elbo_standard_error", 0.5},
                  {"bound", -88.5},
                  {"bound_standard_error", nullptr},
                  {"effective_sample_size", 3.21},
                  {"bits_per_dimension", 0.16583},
                  {"rate", 20},
                  {"distortion", 70.126},
                  {"kl_per_dimension", {0.5, 3.25}},
                  {"active_units", 2}});
  add_reference(figures, "bound", "independent pixels", -205.8);
  add_reference(figures, "bits_per_dimension", "xz -9e", 0.2269);
  return figures;
}

bool says(const std::vector<std::string>& lines, const std::string& words) {
  return std::any_of(lines.begin(), lines.end(), [&](const std::string& line) {
    return line.find(words) != std::string::npos;
  });
}

}  // namespace

TEST_CASE("table: bounds with their errors, and what is known beside them") {
  const std::vector<std::string> lines = table_of(some_figures(), Claim::probability);
  CHECK(lines[0] == "12 examples, likelihood bernoulli");
  CHECK(lines[1] == "log p(x) ≥            -90.13 ± 0.50 nats");
  CHECK(lines[2] ==
        "log p(x) ≥            -88.50 nats, K = 50               | independent pixels -205.80");
  CHECK(lines[3] == "effective sample size 3.2 of 50");
  CHECK(lines[4] == "bits per dimension    0.1658                            | xz -9e 0.2269");
  CHECK(says(lines, "KL per dimension      3.25 0.50 sorted"));
  CHECK(says(lines, "active units          2"));
  CHECK(!says(lines, "MIG"));
  Json coded = some_figures();
  coded["code"] = "49 of 512 vectors";
  CHECK(says(table_of(coded, Claim::probability), "code                  49 of 512 vectors"));
}

TEST_CASE("table: a density is called one, and a cross entropy is no bound") {
  CHECK(says(table_of(some_figures(), Claim::density), "log density ≥"));
  CHECK(!says(table_of(some_figures(), Claim::density), "log p(x)"));
  Json figures = some_figures();
  figures["elbo"] = figures["bound"] = nullptr;
  const std::vector<std::string> lines = table_of(figures, Claim::cross_entropy);
  CHECK(says(lines, "cross entropy         70.13 nats"));
  CHECK(says(lines, "no bound of log p(x): gray pixels are taken as probabilities"));
  CHECK(!says(lines, "≥"));
}

TEST_CASE("table: a model that is told labels bounds log p(x|label)") {
  const auto lines = table_of(some_figures(), Claim::probability, true);
  CHECK(lines[1].starts_with("log p(x|label) ≥"));
  CHECK(!says(lines, "log p(x) ≥"));
  CHECK(says(table_of(some_figures(), Claim::density, true), "log density (x|label) ≥"));
}

TEST_CASE("table: a model without likelihood, codes and samples has nothing to measure") {
  Json figures = {{"references", Json::object()}};
  const Json some = some_figures();
  for (const auto& [key, value] : some.items())
    if (key != "references") figures[key] = nullptr;
  figures["examples"] = 12;
  const std::vector<std::string> lines = table_of(figures, Claim::none);
  CHECK(lines.size() == 2);
  CHECK(says(lines, "nothing to measure"));
}
