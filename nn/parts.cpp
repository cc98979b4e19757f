#include <algorithm>
#include <nn/parts.hpp>
#include <unordered_map>

namespace ebb::nn {

struct Visitor::Found {
  std::string path;
  int depth = 0;
  std::vector<Part> parts;
  std::unordered_map<const void*, std::size_t> places;  // among them, by address

  // True for the first name.
  bool meet(std::string_view name, Parameter* parameter, Module* module) {
    const void* const address = parameter != nullptr ? static_cast<const void*>(parameter) : module;
    const auto [place, is_new] = places.try_emplace(address, parts.size());
    parts.push_back({path.empty() ? std::string(name) : text(path, '.', name), parameter, module,
                     depth, place->second});
    return is_new;
  }
};

void Visitor::operator()(std::string_view name, Parameter& part) {
  found_.meet(name, &part, nullptr);
}

void Visitor::operator()(std::string_view name, Module& part) {
  if (!found_.meet(name, nullptr, &part)) return;
  std::string outside = std::exchange(found_.path, found_.parts.back().name);
  ++found_.depth;
  part.visit(*this);
  --found_.depth;
  found_.path = std::move(outside);
}

Parts::Parts(const Module& model) {
  Visitor::Found found;
  Visitor visitor(found);
  // The one cast: a visit hands out, it writes nothing.
  visitor("", const_cast<Module&>(model));
  named = std::move(found.parts);
  std::vector<std::pair<std::string_view, const Parameter*>> names;
  for (std::size_t i = 1; i < named.size(); ++i) {
    const Part& part = named[i];
    if (part.parameter != nullptr) names.emplace_back(part.name, part.parameter);
    if (part.first != i) continue;
    if (part.parameter != nullptr) parameters.emplace_back(part.name, part.parameter);
    if (part.module != nullptr) modules.emplace_back(part.name, part.module);
  }
  std::sort(names.begin(), names.end());
  const auto twice =
      std::adjacent_find(names.begin(), names.end(), [](const auto& one, const auto& next) {
        return one.first == next.first && one.second != next.second;
      });
  if (twice != names.end())
    throw Error(
        text("visit: two parameters are called ", twice->first, "; give each part its own name"));
}

void name_parts(Module& model) {
  const Parts parts(model);
  for (const auto& [name, part] : parts.modules) part->set_path(name);
  for (const auto& [name, part] : parts.parameters) part->set_path(name);
}

}  // namespace ebb::nn
