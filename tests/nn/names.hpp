// The names in a list of parameters, as tests compare them.
#pragma once

#include <nn/parameters.hpp>

using Names = std::vector<std::string>;

inline Names names(const ebb::nn::Parameters& list) {
  Names all;
  for (const auto& [name, part] : list) all.push_back(name);
  return all;
}
