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
  std::size_t first = 0;  // the index in `named` of its first name: another one for a second name

  // Of a parameter or buffer.
  const Shape& shape() const;
  [[nodiscard]] bool has_value() const;
};

// All parts of a model in the order of their visit, by full name. A weight or layer with two names
// is one part: it stands here once, under its first name, and is initialized, trained, counted,
// frozen and saved once. In a copy of such a model the copied part has both names, too. Two members
// are always two parts. Where a module holds a reference or pointer, its copy refers to the same
// thing. Throws Error for a part without a name, and where two parameters or buffers have the same
// one. Do not change the parts of a const model: they are not const here only because visit is not.
struct Parts {
  explicit Parts(const Module& model);
  explicit Parts(const Module&& model) = delete;  // the parts of a temporary are gone already

  // The entry in `named`, under its first name, of the parameter or buffer with this full name. The
  // name may be a second one, or begin with the second name of a layer. nullptr where there is
  // none.
  const Part* find(std::string_view name) const;

  std::vector<std::pair<std::string, Parameter*>> parameters;
  std::vector<std::pair<std::string, Buffer*>> buffers;
  std::vector<std::pair<std::string, Module*>> modules;
  std::vector<Part> named;  // the model itself without a name, then all, also by second names
};

// Tells every part its full name, for messages; initialize and load call it.
void name_parts(Module& model);

}  // namespace ebb::nn
