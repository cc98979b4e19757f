#include <map>
#include <nn/checkpoint.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/files/safetensors_reader.hpp>
#include <nn/parts.hpp>
#include <utility>

namespace ebb::nn {
namespace {

// What a message says of a file: "; it lacks x; it lacks y; and 7 more differences".
class Differences final {
 public:
  template <class... Parts>
  void add(const Parts&... parts) {
    if (count_++ < most_shown) shown_ += text("; ", parts...);
  }
  bool any() const { return count_ > 0; }
  std::string list() const {
    if (count_ <= most_shown) return shown_;
    return text(shown_, "; and ", count_ - most_shown, " more differences");
  }

 private:
  static constexpr std::size_t most_shown = 20;
  std::size_t count_ = 0;
  std::string shown_;
};

// Says why the parameter cannot take the tensor, if so.
void compare(const std::string& name, const Parameter& parameter, const FileTensor& found,
             Differences& differences) {
  const bool has_numbers = parameter.has_value();
  if (!found.obstacle.empty())
    differences.add(name, ": ", found.obstacle);
  else if (found.shape != parameter.shape())
    differences.add(name, " is ", found.shape, " in it and ", parameter.shape(), " in the model");
  else if (!is_floating(found.dtype) || (has_numbers && parameter.leaf().dtype() != found.dtype))
    differences.add(name, " is ", found.dtype, " in it and ",
                    has_numbers ? text(parameter.leaf().dtype()) : "floating", " in the model");
}

struct Match {
  const std::string& name;
  Parameter& parameter;
  const FileTensor& tensor;
};

// Throws nothing: the new numbers lie as the parameter's own do, so that giving them to it takes no
// memory. A leaf that is there stays, because optimizers hold it.
void assign(Parameter& parameter, Parameter& next) {
  if (parameter.has_value())
    parameter.set(next.leaf().value());
  else
    parameter = std::move(next);
}

}  // namespace

void save(const Module& model, const std::string& path) {
  NamedTensors tensors;
  for (const auto& [name, parameter] : Parts(model).parameters) {
    if (!parameter->has_value())
      throw Error(text("save: ", name, ' ', parameter->shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    tensors.emplace_back(name, parameter->value());
  }
  write_safetensors(path, tensors);
}

LoadReport load(Module& model, const std::string& path, const LoadOptions& options) {
  SafetensorsReader file(path);
  std::map<std::string_view, const FileTensor*> left;  // by the names that the model has for them
  for (const FileTensor& tensor : file.tensors())
    if (tensor.name.starts_with(options.prefix))
      left.emplace(std::string_view(tensor.name).substr(options.prefix.size()), &tensor);

  const Parts parts(model);
  LoadReport report;
  Differences differences;
  std::vector<Match> matches;
  for (const auto& [name, parameter] : parts.parameters) {
    const auto found = left.find(name);
    if (found != left.end()) {
      compare(name, *parameter, *found->second, differences);
      matches.push_back({name, *parameter, *found->second});
      left.erase(found);
    } else {
      report.missing.push_back(name);
      if (options.strict)
        differences.add("it lacks ", options.prefix, name, ' ', parameter->shape());
    }
  }
  for (const auto& [name, tensor] : left) {
    report.unexpected.emplace_back(name);
    if (options.strict)
      differences.add("the model has no ", printable(name.substr(0, 200)), ' ', tensor->shape);
  }
  if (differences.any())
    throw FormatError(text("load: ", printable(path), " does not fit the model", differences.list(),
                           "; build the model with the options that it was saved with"));

  std::vector<Parameter> next;  // all that can fail does so before the first number changes
  for (const Match& match : matches) {
    next.emplace_back(match.parameter).set(file.read(match.tensor));
    next.back().set_path(match.name);
  }
  name_parts(model);
  for (std::size_t i = 0; i < matches.size(); ++i) assign(matches[i].parameter, next[i]);
  return report;
}

}  // namespace ebb::nn
