// What is a model made of? Its parameters, buffers and modules, as a visit names them.
#pragma once

#include <nn/module.hpp>
#include <utility>

namespace ebb::nn {

// A part as a visit names it: a parameter, a buffer or a module.
struct Part {
  std::string name;                // in full: "encoder.hidden.weight"
  Parameter* parameter = nullptr;  // one of the three
  Buffer* buffer = nullptr;
  Module* module = nullptr;
  int depth = 0;          // modules around it
  std::size_t first = 0;  // where among the parts it got its first name: here, or this is another

  // Of a parameter or buffer.
  const Shape& shape() const;
  [[nodiscard]] bool has_value() const;
};

// All parts of a model in the order of their visit, by full name. One weight, or one layer, under
// two names is one: it stands here once, under its first name, and so it begins, learns, is
// counted, frozen and saved. A copy of such a model has a copy of it, under both names as well; two
// members are two, and what a module refers to by a reference or pointer its copy refers to, too.
// Throws Error for a part without a name, and where two parameters or buffers have the same one.
// What is const may be looked at alone: visit is not const, but collects only.
struct Parts {
  explicit Parts(const Module& model);
  explicit Parts(const Module&& model) = delete;  // the parts of a temporary are gone already

  // The parameter or buffer of that full name, first or second, also where a layer around it has a
  // second name: its entry in `named` under its first name. nullptr where there is none.
  const Part* find(std::string_view name) const;

  std::vector<std::pair<std::string, Parameter*>> parameters;
  std::vector<std::pair<std::string, Buffer*>> buffers;
  std::vector<std::pair<std::string, Module*>> modules;
  std::vector<Part> named;  // the model itself, nameless; then all three, by second names, too
};

// Tells every part its full name, for messages; initialize and load do it.
void name_parts(Module& model);

}  // namespace ebb::nn
