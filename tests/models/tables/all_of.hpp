// All rows of a table, in their order.
#pragma once

#include <nn/data/dataset.hpp>

inline ebb::nn::Batch all_of(const ebb::nn::Dataset& table) {
  return table.gather(ebb::nn::indices_between(0, table.count()));
}
