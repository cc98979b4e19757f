#include <bit>
#include <nn/file.hpp>
#include <nn/safetensors.hpp>
#include <nn/safetensors_header.hpp>

static_assert(std::endian::native == std::endian::little, "the format is little-endian");

namespace ebb::nn {
namespace {

constexpr std::uint64_t longest_header = 100'000'000;

// The header is limited by what the file really holds before memory is taken for it.
std::string read_header(FileReader& file, const std::string& path) {
  const auto refuse = [&](const auto&... parts) {
    throw FormatError(text("safetensors: ", path, ": ", parts...));
  };
  if (file.size() < 8)
    refuse("it ends after ", file.size(), " of 8 bytes for the length; try another copy");
  std::uint64_t length;
  file.read(&length, sizeof length);
  if (length > longest_header)
    refuse("a header of ", length, " bytes; at most ", longest_header, " may be");
  if (length > file.size() - 8)
    refuse("it ends after ", file.size() - 8, " of ", length,
           " bytes of the header; try another copy");
  std::string header(length, '\0');
  file.read(header.data(), length);
  return header;
}

}  // namespace

void write_safetensors(const std::string& path, const NamedTensors& tensors) {
  std::vector<HeaderEntry> entries;
  for (const auto& [name, tensor] : tensors)
    entries.push_back({name, tensor.dtype(), tensor.shape(),
                       static_cast<std::uint64_t>(tensor.count()) * size_of(tensor.dtype())});
  const std::string header = make_header(entries);
  const std::uint64_t length = header.size();

  FileWriter file(path);
  file.write({reinterpret_cast<const char*>(&length), sizeof length});
  file.write(header);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const Tensor rows = contiguous(tensors[i].second);
    file.write({static_cast<const char*>(rows.raw()), entries[i].bytes});
  }
  file.commit();
}

NamedTensors read_safetensors(const std::string& path) {
  FileReader file(path);
  const std::string header = read_header(file, path);
  NamedTensors tensors;
  for (HeaderEntry& entry : parse_header(path, header, file.size() - 8 - header.size())) {
    const Tensor tensor = empty(entry.shape, entry.dtype);
    file.read(tensor.raw(), entry.bytes);
    tensors.emplace_back(std::move(entry.name), tensor);
  }
  return tensors;
}

}  // namespace ebb::nn
