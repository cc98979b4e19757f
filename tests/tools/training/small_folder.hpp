// A folder of images to learn from.
#pragma once

#include <filesystem>
#include <string>
#include <tests/nn/files/pictures.hpp>
#include <tests/support.hpp>
#include <tools/training/options.hpp>

// 12 gray images in two folders, of 2 by 3 and 4 by 3 pixels.
inline void write_image_folder(const std::filesystem::path& folder) {
  for (int i = 0; i < 12; ++i) {
    const std::filesystem::path inner = folder / (i < 6 ? "cats" : "dogs");
    std::filesystem::create_directories(inner);
    const std::uint64_t height = i < 6 ? 2 : 4;
    std::string rows;
    for (std::uint64_t y = 0; y < height; ++y)
      rows += std::string(1, '\0') + std::string(3, static_cast<char>(20 * i));
    write_file(inner / (std::to_string(i) + ".png"), png({height, 3, 8, 0, 0, rows}));
  }
}

struct Folder {
  Folder() { write_image_folder(place.path() / "data"); }
  ebb::tools::TrainOptions options() const {
    ebb::tools::TrainOptions options;
    options.data = place.path() / "data";
    options.size = "2x3";
    return options;
  }
  TemporaryFolder place;
};
