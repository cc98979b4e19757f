#include <map>
#include <nn/files/file.hpp>
#include <nn/files/safetensors.hpp>
#include <nn/files/safetensors_header.hpp>
#include <nn/files/safetensors_reader.hpp>
#include <tensor/makers.hpp>

namespace ebb::nn {

void write_safetensors(const std::string& path, const NamedTensors& tensors,
                       const SafetensorsOptions& options) {
  std::vector<HeaderEntry> entries;
  for (const auto& [name, tensor] : tensors) {
    if (tensor.storage() == nullptr)
      throw Error(text("safetensors: ", in_quotes(name),
                       " has no value, it was only declared or moved from; try zeros({})"));
    const bool wide = options.wide_integers && tensor.dtype() == DType::int32;
    const std::size_t bytes = wide ? sizeof(std::int64_t) : size_of(tensor.dtype());
    entries.push_back({name, tensor.dtype(), tensor.shape(),
                       static_cast<std::uint64_t>(tensor.count()) * bytes, wide});
  }
  const std::string header = make_header(entries);
  const std::uint64_t length = header.size();

  FileWriter file(path);
  file.write({reinterpret_cast<const char*>(&length), sizeof length});
  file.write(header);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor rows = contiguous(tensors[i].second);
    if (entries[i].wide) {
      const auto numbers = rows.to_vector<std::int32_t>();
      const std::vector<std::int64_t> wide(numbers.begin(), numbers.end());
      file.write({reinterpret_cast<const char*>(wide.data()), entries[i].bytes});
    } else {
      file.write({static_cast<const char*>(rows.raw()), entries[i].bytes});
    }
  }
  file.commit();
}

NamedTensors read_safetensors(const std::string& path) {
  SafetensorsReader file(path);
  NamedTensors tensors;
  for (const FileTensor& tensor : file.tensors())
    tensors.emplace_back(tensor.name, file.read(tensor));
  return tensors;
}

NamedTensors read_safetensors(const std::string& path, const std::vector<std::string>& names) {
  SafetensorsReader file(path);
  std::map<std::string_view, const FileTensor*> places;
  for (const FileTensor& tensor : file.tensors()) places.emplace(tensor.name, &tensor);
  for (const std::string& name : names)
    if (!places.contains(name))
      Refusal{path}.file("it holds no ", in_quotes(name), " among ", places.size(),
                         " tensors; check the name");
  NamedTensors tensors;
  for (const std::string& name : names) tensors.emplace_back(name, file.read(*places.at(name)));
  return tensors;
}

}  // namespace ebb::nn
