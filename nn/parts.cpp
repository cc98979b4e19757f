#include <algorithm>
#include <nn/buffer.hpp>
#include <nn/parts.hpp>
#include <unordered_map>

namespace ebb::nn {

const Shape& Part::shape() const {
  return buffer != nullptr ? buffer->shape() : parameter->shape();
}

bool Part::has_value() const {
  return buffer != nullptr ? buffer->has_value() : parameter->has_value();
}

struct Visitor::Found {
  std::string path;
  int depth = 0;
  std::vector<Part> parts;
  std::unordered_map<const void*, std::size_t> places;  // among them, by address

  // True where the address is met for the first time.
  bool meet(std::string_view name, const void* address, Part part) {
    // What is in a vector without a name is called ".0".
    if (!parts.empty() && (name.empty() || name.front() == '.'))
      throw Error(text("visit: a ",
                       part.parameter != nullptr ? "parameter"
                       : part.buffer != nullptr  ? "buffer"
                                                 : "module",
                       " of ", path.empty() ? "the model" : path,
                       " has an empty name; give each part its own name"));
    const auto [place, is_new] = places.try_emplace(address, parts.size());
    part.name = path.empty() ? std::string(name) : text(path, '.', name);
    part.depth = depth;
    part.first = place->second;
    parts.push_back(std::move(part));
    return is_new;
  }
};

void Visitor::operator()(std::string_view name, Parameter& part) {
  found_.meet(name, &part, {.name = {}, .parameter = &part});
}

void Visitor::operator()(std::string_view name, Buffer& part) {
  found_.meet(name, &part, {.name = {}, .buffer = &part});
}

void Visitor::operator()(std::string_view name, Module& part) {
  if (!found_.meet(name, &part, {.name = {}, .module = &part})) return;
  std::string outside = std::exchange(found_.path, found_.parts.back().name);
  ++found_.depth;
  part.visit(*this);
  --found_.depth;
  found_.path = std::move(outside);
}

Parts::Parts(const Module& model) {
  Visitor::Found found;
  Visitor visitor(found);
  // The only cast: visit hands out parts and writes nothing.
  visitor("", const_cast<Module&>(model));
  named = std::move(found.parts);
  std::vector<std::pair<std::string_view, std::size_t>> names;  // of what holds numbers
  for (std::size_t i = 1; i < named.size(); ++i) {
    const Part& part = named[i];
    if (part.module == nullptr) names.emplace_back(part.name, part.first);
    if (part.first != i) continue;
    if (part.parameter != nullptr) parameters.emplace_back(part.name, part.parameter);
    if (part.buffer != nullptr) buffers.emplace_back(part.name, part.buffer);
    if (part.module != nullptr) modules.emplace_back(part.name, part.module);
  }
  std::sort(names.begin(), names.end());
  const auto twice =
      std::adjacent_find(names.begin(), names.end(), [](const auto& one, const auto& next) {
        return one.first == next.first && one.second != next.second;
      });
  if (twice != names.end())
    throw Error(text("visit: two parameters or buffers are called ", twice->first,
                     "; give each part its own name"));
}

const Part* Parts::find(std::string_view name) const {
  for (const Part& part : named)
    if (part.module == nullptr && part.name == name) return &named[part.first];
  // Inside a layer that was visited under its first name only.
  for (std::size_t i = 0; i < named.size(); ++i) {
    const Part& part = named[i];
    if (part.module == nullptr || part.first == i || !name.starts_with(text(part.name, '.')))
      continue;
    const std::string& first = named[part.first].name;
    const std::string_view inside = name.substr(part.name.size() + 1);
    const Part* const found = find(first.empty() ? std::string(inside) : text(first, '.', inside));
    if (found != nullptr) return found;
  }
  return nullptr;
}

void name_parts(Module& model) {
  const Parts parts(model);
  for (const auto& [name, part] : parts.modules) part->set_path(name);
  for (const auto& [name, part] : parts.parameters) part->set_path(name);
  for (const auto& [name, part] : parts.buffers) part->set_path(name);
}

}  // namespace ebb::nn
