// What is a model? A value whose parts (parameters, buffers, other modules) have names.
#pragma once

#include <iosfwd>
#include <nn/parameter.hpp>
#include <string_view>

namespace ebb::nn {
struct Pass;  // how a model runs (nn/pass.hpp)

// Meets the parts of a module, one after the other; collects them under their full names, for
// nn/parts.hpp. An empty optional is no part, nor is a layer without numbers, such as Dropout;
// those in a vector are called "layers.0", "layers.1", ….
class Visitor final {
 public:
  void operator()(std::string_view name, Parameter& part);
  void operator()(std::string_view name, class Buffer& part);
  void operator()(std::string_view name, class Module& part);
  void operator()(std::string_view name, class Layer& part);
  template <class P>
  void operator()(std::string_view name, std::optional<P>& part) {
    if (part) (*this)(name, *part);
  }
  template <class P>
  void operator()(std::string_view name, std::vector<P>& parts) {
    for (std::size_t i = 0; i < parts.size(); ++i) (*this)(text(name, '.', i), parts[i]);
  }

 private:
  friend struct Parts;
  struct Found;
  explicit Visitor(Found& found) : found_(found) {}
  Found& found_;
};

// A base to fill in: name the parts once, and everything that walks a model knows them.
//     struct Encoder : Module {
//       Linear hidden{784, 400}, mean{400, 20};
//       void visit(Visitor& v) override { v("hidden", hidden); v("mean", mean); }
//     };
class Module {
 public:
  Module() = default;
  Module(const Module&) = default;
  Module(Module&&) noexcept = default;
  Module& operator=(const Module&) = default;
  Module& operator=(Module&&) noexcept = default;
  virtual ~Module() = default;

  virtual void visit(Visitor& v) = 0;

  // "encoder.hidden": its full name in the model that was initialized or loaded.
  const std::string& path() const { return path_; }
  void set_path(const std::string& path) { path_ = path; }

 private:
  std::string path_;
};

struct InitializeOptions {
  std::uint64_t seed = 0;
  DType dtype = DType::float32;
};

// Gives every parameter and buffer its first numbers, and every part its name. Each draws from the
// random stream of its own name, so that a new layer changes no other weight.
void initialize(Module& model, const InitializeOptions& options = {});

// A frozen parameter is a constant: it gets no gradient and no optimizer changes it.
void freeze(Module& model);
void unfreeze(Module& model);

[[nodiscard]] std::int64_t count_parameters(const Module& model);  // elements of all its parameters

// The tree of parts: names, types, shapes, sizes, what is frozen; then how many numbers there are.
[[nodiscard]] std::string to_string(const Module& model);
std::ostream& operator<<(std::ostream& out, const Module& model);

}  // namespace ebb::nn
