// Results that are thrown away: compilers warn where the result was the point.
#include <doctest/doctest.h>

#include <tests/house/sources.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>
#include <tests/support.hpp>

namespace {

constexpr const char* before = R"(
#include <autograd/anomaly.hpp>
#include <autograd/compare.hpp>
#include <autograd/elementwise.hpp>
#include <autograd/matmul.hpp>
#include <autograd/reduce.hpp>
#include <autograd/views.hpp>
#include <models/variational_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <nn/losses.hpp>
#include <nn/metrics.hpp>
#include <nn/optimizers/sgd.hpp>
using namespace ebb;
struct Doubled {
  Variable operator()(const Variable& x) const { return 2 * x; }
};
void mistakes(const Tensor& t, const Variable& x, Random& random, nn::Module& module,
              nn::Pass& pass) {
  const models::VariationalAutoencoder model;
  nn::SGD sgd{module};
  Gradients found = backward(x);
)";

// The lines of a program's body that its compiler warns of, each of which discards something.
std::vector<std::string> warned_of(const std::vector<std::string>& lines) {
  const TemporaryFolder folder;
  std::string program = before;
  const std::size_t first = split_lines(program).size() + 1;
  for (const std::string& line : lines) program += line + '\n';
  const auto file = folder.path() / "discards.cpp";
  write_file(file, program + "}\n");
  std::vector<std::string> command = compiler;
  for (const std::string& word :
       {std::string("-std=c++20"), std::string("-Wall"), "-I" + source_folder,
        std::string("-fsyntax-only"), file.string()})
    command.push_back(word);
  const Finished finished = run(command);
  CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
  std::vector<std::string> found;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string place = "discards.cpp:" + std::to_string(first + i) + ":";
    for (const std::string& line : split_lines(finished.errors))
      if (line.find(place) != std::string::npos &&
          line.find("warning: ignoring") != std::string::npos) {
        found.push_back(lines[i]);
        break;
      }
  }
  return found;
}

}  // namespace

TEST_CASE("house: compilers warn where a result is thrown away that was the point") {
  const std::vector<std::string> mistakes = {
      "NoGrad();",
      "NoGrad(false);",
      "NoGrad{};",
      "AnomalyMode();",
      "ModuleScope(\"path\");",
      "backward(x);",
      "gradients(x, {x});",
      "gradients(x, x);",
      "gradients(x, std::span<const Variable>(&x, 1));",
      "relu(x);",
      "relu(t);",
      "sum(x);",
      "sum(t);",
      "x + 1;",
      "t * t;",
      "-x;",
      "x[0];",
      "t[0];",
      "matmul(x, x);",
      "reshape(t, {1});",
      "cast(t, DType::float64);",
      "detach(x);",
      "leaf(t);",
      "zeros({2});",
      "arange(3);",
      "from_vector({1, 2});",
      "randn({2}, random);",
      "permutation(3, random);",
      "random.fork(\"noise\");",
      "x.item();",
      "t.item();",
      "t.to_vector<float>();",
      "to_string(x);",
      "equal(t, t);",
      "allclose(x, x);",
      "found.norm();",
      "Doubled{}(x);",
      "model(x);",
      "model.encode(x);",
      "model.loss(x, pass);",
      "nn::mse_loss(x, x);",
      "nn::accuracy(x, t);",
      "nn::count_parameters(module);",
      "sgd.state();",
  };
  CHECK(warned_of(mistakes) == mistakes);
}

TEST_CASE("house: compilers say nothing where a result may be thrown away") {
  CHECK(warned_of({
            "const NoGrad constants;",
            "found += found;",
            "found *= 2;",
            "found.clip_norm(1);",
            "sgd.step(found);",
            "nn::initialize(module);",
            "static_cast<void>(relu(x));",
        }) == std::vector<std::string>{});
}
