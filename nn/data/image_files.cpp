#include <algorithm>
#include <filesystem>
#include <nn/data/image_files.hpp>
#include <nn/files/io_error.hpp>
#include <nn/files/printable.hpp>
#include <tensor/error.hpp>

namespace ebb::nn {
namespace {

namespace fs = std::filesystem;

bool ends_like_an_image(const std::string& name) {
  std::string ending = name.substr(std::min(name.rfind('.'), name.size()));
  for (char& letter : ending)
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

// What a folder holds, by name, in order.
struct Entries {
  std::vector<std::string> images, folders, others;
};

Entries entries_of(const std::string& folder) {
  Entries entries;
  std::error_code error;
  fs::directory_iterator at(folder, error), end;
  for (; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    std::error_code unknown;  // a link that leads nowhere is no folder
    if (name.starts_with('.')) continue;
    const bool is_folder = at->is_directory(unknown);
    auto& list = is_folder                  ? entries.folders
                 : ends_like_an_image(name) ? entries.images
                                            : entries.others;
    list.push_back(name);
  }
  if (error) fail_at("read", folder, error.value());
  for (auto* list : {&entries.images, &entries.folders, &entries.others})
    std::sort(list->begin(), list->end());
  return entries;
}

void append_all(std::vector<std::string>& to, const std::string& folder,
                const std::vector<std::string>& names) {
  for (const std::string& name : names) to.push_back(folder + "/" + name);
}

}  // namespace

ImageFiles list_image_files(const std::string& folder) {
  Entries top = entries_of(folder);
  ImageFiles files{std::move(top.images), {}, {}, std::move(top.others)};
  const std::size_t loose = files.names.size();
  for (const std::string& name : top.folders) {
    const Entries inner = entries_of(folder + "/" + name);
    append_all(files.left_out, name, inner.others);
    append_all(files.left_out, name, inner.folders);
    if (inner.images.empty()) continue;
    if (loose > 0)
      throw FormatError(text("images: ", printable(folder), " holds ", grouped(loose),
                             " images beside the folder ", in_quotes(name),
                             " of images; try one or the other"));
    files.labels.insert(files.labels.end(), inner.images.size(),
                        static_cast<std::int32_t>(files.classes.size()));
    files.classes.push_back(name);
    append_all(files.names, name, inner.images);
  }
  if (files.names.empty())
    throw FormatError(text("images: ", printable(folder),
                           " holds no file that ends in .png, .jpg or .jpeg; check the path"));
  return files;
}

bool holds_image_files(const std::string& folder) {
  try {
    const Entries top = entries_of(folder);
    return !top.images.empty() ||
           std::any_of(top.folders.begin(), top.folders.end(), [&](const std::string& name) {
             return !entries_of(folder + "/" + name).images.empty();
           });
  } catch (const IoError&) {
    return false;
  }
}

}  // namespace ebb::nn
