#include <doctest/doctest.h>

#include <autograd/elementwise.hpp>
#include <autograd/reduce.hpp>
#include <nn/buffer.hpp>
#include <nn/checkpoint.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/layers/linear.hpp>
#include <nn/optimizers/adam.hpp>
#include <nn/parameters.hpp>
#include <nn/parts.hpp>
#include <nn/start.hpp>
#include <tensor/random.hpp>
#include <tests/nn/names.hpp>
#include <tests/support.hpp>

using namespace ebb;
using nn::Linear;

namespace {

// One weight and one layer, each under two names; the layer is met inside another first.
struct Tied final : nn::Module {
  struct Inner final : nn::Module {
    Linear layer{2, 2};
    void visit(nn::Visitor& v) override { v("layer", layer); }
  } inner;
  nn::Parameter w{{2, 2}, {.start = nn::uniform(1)}};
  void visit(nn::Visitor& v) override {
    v("in", w);
    v("inner", inner);
    v("out", w);
    v("again", inner);
    v("layer", inner.layer);
  }
  Variable operator()(const Variable& x) const {
    return inner.layer(inner.layer(x * sum(w))) * mean(w);
  }
};

}  // namespace

TEST_CASE("one weight under two names: it stands in the parts once, under its first name") {
  Tied model;
  CHECK(names(model) == Names{"in", "inner.layer.weight", "inner.layer.bias"});
  CHECK(nn::count_parameters(model) == 10);
  Names modules;
  for (const auto& [name, part] : nn::Parts(model).modules) modules.push_back(name);
  CHECK(modules == Names{"inner", "inner.layer"});
  nn::initialize(model, {.seed = 3});
  CHECK(model.w.path() == "in");
  CHECK(model.inner.path() == "inner");
  CHECK(model.inner.layer.path() == "inner.layer");
  CHECK(model.inner.layer.weight.path() == "inner.layer.weight");
  nn::Parameter alone({2, 2}, {.start = nn::uniform(1)});
  alone.initialize(Random{3}.fork("in"), DType::float32);
  CHECK(model.w.value().to_vector<float>() == alone.value().to_vector<float>());
  nn::freeze(model);
  CHECK(model.w.frozen());
  // By any of its names.
  CHECK(&nn::parameter(model, "in") == &model.w);
  CHECK(&nn::parameter(model, "out") == &model.w);
  CHECK(&nn::parameter(model, "again.layer.bias") == &*model.inner.layer.bias);
  CHECK(&nn::parameter(model, "layer.weight") == &model.inner.layer.weight);
}

TEST_CASE("one weight under two names: it takes one step") {
  struct Plain final : nn::Module {
    nn::Parameter w{{2}};
    bool twice;
    explicit Plain(bool names_it_twice) : twice(names_it_twice) {}
    void visit(nn::Visitor& v) override {
      v("w", w);
      if (twice) v("w again", w);
    }
  } once(false), twice(true);
  for (Plain* model : {&once, &twice}) {
    nn::initialize(*model);
    model->w.set(ones({2}));
    nn::Adam adam{*model, {.learning_rate = 0.1}};
    CHECK(adam.state().numbers.size() == 2);
    for (int i = 0; i < 3; ++i) adam.step(backward(sum(model->w * model->w)));
  }
  CHECK(once.w.value().to_vector<float>() == twice.w.value().to_vector<float>());
}

TEST_CASE("one weight under two names: saved once, and loaded from its first name") {
  const TemporaryFolder folder;
  const std::string path = folder.path() / "m.safetensors";
  Tied model, other;
  nn::initialize(model, {.seed = 1});
  nn::save(model, path);
  Names saved;
  for (const auto& [name, tensor] : nn::read_safetensors(path)) saved.push_back(name);
  CHECK(saved == Names{"in", "inner.layer.weight", "inner.layer.bias"});
  nn::load(other, path);
  const Variable x = ones({1, 2});
  CHECK(other(x).value().to_vector<float>() == model(x).value().to_vector<float>());
}

TEST_CASE("one weight under two names: a copy has one of its own, two members stay two") {
  Tied model;
  nn::initialize(model, {.seed = 1});
  Tied copy = model;
  CHECK(names(copy) == names(model));
  copy.w.set(ones({2, 2}));
  CHECK(model.w.value().to_vector<float>() != copy.w.value().to_vector<float>());
  struct Members final : nn::Module {
    nn::Parameter first{{2}}, second = first;
    void visit(nn::Visitor& v) override { v("first", first), v("second", second); }
  } members;
  CHECK(nn::count_parameters(members) == 4);
  struct Referring final : nn::Module {
    explicit Referring(nn::Parameter& theirs) : w(theirs) {}
    nn::Parameter& w;
    void visit(nn::Visitor& v) override { v("w", w); }
  } referring(members.first);
  Referring same = referring;
  CHECK(&nn::parameter(same, "w") == &members.first);
}

TEST_CASE("one weight under two names: a second name that is another's, too, is an error") {
  struct Mixed final : nn::Module {
    nn::Parameter a{{1}}, b{{1}};
    void visit(nn::Visitor& v) override { v("a", a), v("b", b), v("b", a), v("a", a); }
  } model;
  CHECK(message_of([&] { nn::Parts{model}; }) ==
        "visit: two parameters or buffers are called b; give each part its own name");
}

TEST_CASE("visit: a module that names itself does not go round in circles") {
  struct Circle final : nn::Module {
    Linear layer{1, 1};
    void visit(nn::Visitor& v) override { v("self", *this), v("layer", layer); }
  } model;
  CHECK(names(model) == Names{"layer.weight", "layer.bias"});
  CHECK(&nn::parameter(model, "self.layer.bias") == &*model.layer.bias);
}

TEST_CASE("visit: buffers are parts, and one under two names is one") {
  struct Counting final : nn::Module {
    nn::Parameter weight{{2}};
    nn::Buffer count{{}, {.dtype = DType::int32}};
    std::vector<nn::Buffer> means{nn::Buffer{{3}}, nn::Buffer{{3}}};
    std::optional<nn::Buffer> none;
    void visit(nn::Visitor& v) override {
      v("weight", weight);
      v("count", count);
      v("means", means);
      v("none", none);
      v("total", count);
    }
  } model;
  const nn::Parts parts(model);
  Names found;
  for (const auto& [name, buffer] : parts.buffers) found.push_back(name);
  CHECK(found == Names{"count", "means.0", "means.1"});
  CHECK(parts.parameters.size() == 1);
  CHECK(parts.find("total")->buffer == &model.count);
  CHECK(parts.find("total")->name == "count");
  CHECK(parts.find("none") == nullptr);
  nn::initialize(model, {.dtype = DType::float64});
  CHECK(model.count.value().dtype() == DType::int32);
  CHECK(model.means[1].value().dtype() == DType::float64);
  CHECK(model.means[1].path() == "means.1");
  CHECK(nn::count_parameters(model) == 2);
  const nn::Adam adam{model};
  CHECK(adam.state().numbers.size() == 2);
  auto copy = model;
  copy.means[0].set(ones({3}));
  CHECK(model.means[0].value().to_vector<double>() == std::vector<double>{0, 0, 0});
  CHECK(message_of([&] { return &nn::parameter(model, "total"); }) ==
        "parameter: total is a buffer; try Parts(model).find(name)->buffer");
}

TEST_CASE("visit: a buffer and a parameter of one name are an error") {
  struct Both final : nn::Module {
    nn::Parameter a{{1}};
    nn::Buffer b{{1}};
    void visit(nn::Visitor& v) override { v("a", a), v("a", b); }
  } model;
  CHECK(message_of([&] { nn::Parts{model}; }) ==
        "visit: two parameters or buffers are called a; give each part its own name");
}

TEST_CASE("visit: a part with an empty name is an error") {
  struct Inner final : nn::Module {
    int which = 0;
    nn::Parameter a{{1}};
    nn::Buffer b{{1}};
    Linear layer{1, 1};
    std::vector<Linear> layers{layer};
    void visit(nn::Visitor& v) override {
      if (which == 0) v("", a);
      if (which == 1) v("", b);
      if (which == 2) v("", layer);
      if (which == 3) v("", layers);
    }
  };
  struct Outer final : nn::Module {
    Inner inner;
    void visit(nn::Visitor& v) override { v("inner", inner); }
  } model;
  for (const auto& [which, what] :
       {std::pair(0, "parameter"), {1, "buffer"}, {2, "module"}, {3, "module"}}) {
    model.inner.which = which;
    CHECK(message_of([&] { nn::Parts{model}; }) ==
          text("visit: a ", what, " of inner has an empty name; give each part its own name"));
    CHECK(message_of([&] { nn::Parts{model.inner}; }) ==
          text("visit: a ", what, " of the model has an empty name; give each part its own name"));
  }
}
