// Layers in a row.
#pragma once

#include <concepts>
#include <nn/module.hpp>

namespace ebb::nn {

// Any value that makes a Variable of a Variable: a module, an activation, a function. A layer that
// can be called with a pass, such as Dropout, gets the pass; the others do not. Copying it
// copies what it holds.
class Layer final {
 public:
  template <class L>
  requires(!std::same_as<L, Layer> && std::is_invocable_r_v<Variable, const L&, const Variable&>)
      Layer(L layer)
      : held_(std::make_unique<Of<L>>(std::move(layer))) {}
  Layer(const Layer& other) : held_(other.held_->copy()) {}
  Layer(Layer&&) noexcept = default;
  Layer& operator=(const Layer& other) { return *this = Layer(other); }
  Layer& operator=(Layer&&) noexcept = default;

  Variable operator()(const Variable& x) const { return held_->call(x); }
  Variable operator()(const Variable& x, Pass& pass) const { return held_->call(x, pass); }
  Module* module() { return held_->module(); }  // nullptr for what has no parts

 private:
  struct Held {
    virtual ~Held() = default;
    virtual Variable call(const Variable& x) const = 0;
    virtual Variable call(const Variable& x, Pass& pass) const = 0;
    virtual Module* module() = 0;
    virtual std::unique_ptr<Held> copy() const = 0;
  };
  template <class L>
  struct Of final : Held {
    explicit Of(L held) : layer(std::move(held)) {}
    Variable call(const Variable& x) const override { return layer(x); }
    Variable call(const Variable& x, [[maybe_unused]] Pass& pass) const override {
      if constexpr (std::is_invocable_r_v<Variable, const L&, const Variable&, Pass&>)
        return layer(x, pass);
      else
        return layer(x);
    }
    Module* module() override {
      if constexpr (std::derived_from<L, Module>) return &layer;
      return nullptr;
    }
    std::unique_ptr<Held> copy() const override { return std::make_unique<Of>(layer); }
    L layer;
  };
  std::unique_ptr<Held> held_;
};

// Calls its layers in turn, with the pass if there is one. Without layers y = x. Layers are named
// by their places, "0", "1", ….
//     Sequential net{Linear{784, 256}, ReLU{}, Linear{256, 10}};
// Parentheses mean the same as braces. Sequential{net} is a copy of net; among several layers, in
// add(net) and as Layer(net) it is one layer.
class Sequential final : public Module {
 public:
  Sequential() = default;
  template <class... Layers>
  requires(sizeof...(Layers) > 0 &&
           !(sizeof...(Layers) == 1 &&
             (std::same_as<std::remove_cvref_t<Layers>, Sequential> && ...)) &&
           (std::convertible_to<Layers, Layer> && ...)) Sequential(Layers&&... layers) {
    layers_.reserve(sizeof...(Layers));
    (layers_.push_back(std::forward<Layers>(layers)), ...);
  }

  void add(Layer layer) { layers_.push_back(std::move(layer)); }
  Variable operator()(const Variable& x) const;
  Variable operator()(const Variable& x, Pass& pass) const;
  void visit(Visitor& v) override;

 private:
  std::vector<Layer> layers_;
};

}  // namespace ebb::nn
