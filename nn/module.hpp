// What is a model? A value whose parts are parameters and other modules, each under a name.
#pragma once

#include <nn/parameter.hpp>
#include <string_view>
#include <utility>

namespace ebb::nn {

class Module;

// Meets the parts of a module, one after the other; collects them under their full names.
class Visitor final {
 public:
  void operator()(std::string_view name, Parameter& part);
  void operator()(std::string_view name, Module& part);

 private:
  friend struct Parts;
  std::string full(std::string_view name) const;

  std::string path_;
  std::vector<std::pair<std::string, Parameter*>> parameters_;
  std::vector<std::pair<std::string, Module*>> modules_;
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

  // "encoder.hidden": where it stands in the model that was given its numbers.
  const std::string& path() const { return path_; }
  void set_path(const std::string& path) { path_ = path; }

 private:
  std::string path_;
};

// All parts of a model in the order of their visit, by full name. Throws Error where two parts have
// one name. What is const may be looked at alone: visit is not const, but collects only.
struct Parts {
  explicit Parts(const Module& model);
  explicit Parts(const Module&& model) = delete;  // the parts of a temporary are gone already
  std::vector<std::pair<std::string, Parameter*>> parameters;
  std::vector<std::pair<std::string, Module*>> modules;
};

struct InitializeOptions {
  std::uint64_t seed = 0;
  DType dtype = DType::float32;
};

// Gives every parameter its first numbers, and every part its name. Each parameter draws from the
// random stream of its own name, so that a new layer changes no other weight.
void initialize(Module& model, const InitializeOptions& options = {});

// Tells every part its full name, for messages; initialize and load do it.
void name_parts(Module& model);

// A frozen parameter is a constant: it gets no gradient and no optimizer changes it.
void freeze(Module& model);
void unfreeze(Module& model);

std::int64_t count_parameters(const Module& model);  // elements of all its parameters

}  // namespace ebb::nn
