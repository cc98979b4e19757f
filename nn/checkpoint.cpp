#include <algorithm>
#include <cstring>
#include <map>
#include <nn/buffer.hpp>
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

// The only dtype that fits the part; none where every floating one does.
std::optional<DType> dtype_of(const Part& part) {
  if (part.buffer != nullptr && part.buffer->options().dtype) return part.buffer->options().dtype;
  if (!part.has_value()) return std::nullopt;
  return part.buffer != nullptr ? part.buffer->dtype() : part.parameter->leaf().dtype();
}

// Says why the part cannot take the tensor, if so.
void compare(std::string_view name, const Part& part, const FileTensor& found,
             Differences& differences) {
  const std::optional<DType> dtype = dtype_of(part);
  if (!found.obstacle.empty())
    differences.add(name, ": ", found.obstacle);
  else if (found.shape != part.shape())
    differences.add(name, " is ", found.shape, " in it and ", part.shape(), " in the model");
  else if (dtype ? found.dtype != *dtype : !is_floating(found.dtype))
    differences.add(name, " is ", found.type, " in it and ", dtype ? text(*dtype) : "floating",
                    " in the model");
}

// A part, and what the file has for it: one tensor, or several under several names of the part.
struct Match {
  const Part* part;
  std::vector<const FileTensor*> tensors;
};

// The tensors of a file whose names begin with a prefix.
struct Contents {
  std::map<const Part*, std::vector<const FileTensor*>> found;
  std::map<std::string_view, const FileTensor*> left;  // by the names that the model would have
};

Contents sort_tensors(const SafetensorsReader& file, const Parts& parts,
                      const std::string& prefix) {
  Contents contents;
  for (const FileTensor& tensor : file.tensors()) {
    if (!tensor.name.starts_with(prefix)) continue;
    const std::string_view name = std::string_view(tensor.name).substr(prefix.size());
    if (const Part* const part = parts.find(name))
      contents.found[part].push_back(&tensor);
    else
      contents.left.emplace(name, &tensor);
  }
  return contents;
}

// In the order of the visit; notes what is missing and what does not fit.
std::vector<Match> match_parts(const Parts& parts, const Contents& contents,
                               const LoadOptions& options, LoadReport& report,
                               Differences& differences) {
  std::vector<Match> matches;
  for (std::size_t i = 1; i < parts.named.size(); ++i) {
    const Part& part = parts.named[i];
    if (part.module != nullptr || part.first != i) continue;
    if (const auto found = contents.found.find(&part); found != contents.found.end()) {
      for (const FileTensor* const tensor : found->second)
        compare(tensor->name.substr(options.prefix.size()), part, *tensor, differences);
      matches.push_back({&part, found->second});
    } else {
      report.missing.push_back(part.name);
      if (options.strict)
        differences.add("it lacks ", options.prefix, part.name, ' ', part.shape());
    }
  }
  return matches;
}

// The numbers of a part. Throws FormatError where it has several names in the file and other
// numbers under each.
Tensor read(SafetensorsReader& file, const std::string& path, const Match& match) {
  const FileTensor& first = *match.tensors[0];
  Tensor numbers = file.read(first);
  const auto bytes = static_cast<std::size_t>(numbers.count()) * size_of(numbers.dtype());
  for (std::size_t i = 1; i < match.tensors.size(); ++i) {
    const FileTensor& other = *match.tensors[i];
    const Tensor again = file.read(other);
    if (again.dtype() != numbers.dtype() ||
        (bytes > 0 && std::memcmp(again.raw(), numbers.raw(), bytes) != 0))
      throw FormatError(text("load: ", printable(path), ": ", printable(first.name), " and ",
                             printable(other.name), " differ, but are one part of the model; ",
                             "try a model in which they are two"));
  }
  return numbers;
}

// What a part becomes, made before the first number changes.
struct Next {
  std::optional<Parameter> parameter;
  std::optional<Buffer> buffer;
};

Next next_of(const Part& part, const Tensor& numbers) {
  Next next;
  if (part.buffer != nullptr) {
    next.buffer.emplace(part.buffer->shape(), part.buffer->options()).set(numbers);
    next.buffer->set_path(part.name);
  } else {
    next.parameter.emplace(*part.parameter).set(numbers);
    next.parameter->set_path(part.name);
  }
  return next;
}

// Throws nothing: the new numbers lie as the parameter's own do, so that giving them to it takes no
// memory. A leaf that is there stays, because optimizers hold it.
void assign(const Part& part, Next& next) {
  if (part.buffer != nullptr)
    *part.buffer = std::move(*next.buffer);
  else if (part.parameter->has_value())
    part.parameter->set(next.parameter->leaf().value());
  else
    *part.parameter = std::move(*next.parameter);
}

// A prefix that nothing begins with is a mistake, whether the load is strict or not.
[[noreturn]] void refuse_prefix(const std::string& path, const std::string& prefix,
                                const std::vector<FileTensor>& tensors) {
  std::string names;
  const std::size_t shown = std::min<std::size_t>(tensors.size(), 3);
  for (std::size_t i = 0; i < shown; ++i)
    append(names, text(i == 0 ? "try one of " : ", ", printable(tensors[i].name.substr(0, 200))));
  if (tensors.size() > shown) append(names, text(" and ", tensors.size() - shown, " more"));
  throw FormatError(text("load: no tensor in ", printable(path), " begins with ", in_quotes(prefix),
                         "; ", tensors.empty() ? "it holds none" : names));
}

}  // namespace

NamedTensors to_tensors(const Module& model) {
  NamedTensors tensors;
  const Parts parts(model);
  for (std::size_t i = 1; i < parts.named.size(); ++i) {
    const Part& part = parts.named[i];
    if (part.module != nullptr || part.first != i) continue;
    if (!part.has_value())
      throw Error(text("save: ", part.name, ' ', part.shape(),
                       " has no numbers yet; call initialize(model) or load(model, path) first"));
    tensors.emplace_back(part.name,
                         part.buffer != nullptr ? part.buffer->value() : part.parameter->value());
  }
  return tensors;
}

void save(const Module& model, const std::string& path) {
  write_safetensors(path, to_tensors(model), {.wide_integers = true});
}

LoadReport load(Module& model, const std::string& path, const LoadOptions& options) {
  SafetensorsReader file(path);
  const Parts parts(model);
  const Contents contents = sort_tensors(file, parts, options.prefix);
  if (contents.found.empty() && contents.left.empty() && parts.named.size() > 1 &&
      !options.prefix.empty())
    refuse_prefix(path, options.prefix, file.tensors());

  LoadReport report;
  Differences differences;
  const std::vector<Match> matches = match_parts(parts, contents, options, report, differences);
  for (const auto& [name, tensor] : contents.left) {
    report.unexpected.emplace_back(name);
    if (options.strict)
      differences.add("the model has no ", printable(name.substr(0, 200)), ' ', tensor->shape);
  }
  if (differences.any())
    throw FormatError(text("load: ", printable(path), " does not fit the model", differences.list(),
                           "; build the model with the options that it was saved with"));

  std::vector<Next> next;  // all that can fail does so before the first number changes
  for (const Match& match : matches) next.push_back(next_of(*match.part, read(file, path, match)));
  name_parts(model);
  for (std::size_t i = 0; i < matches.size(); ++i) assign(*matches[i].part, next[i]);
  return report;
}

}  // namespace ebb::nn
