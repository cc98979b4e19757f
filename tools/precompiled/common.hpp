// What most programs include, for the compiler to read once. Each file includes what it uses all the
// same: behind ccache, and by g++, this file is not read.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <tools/training/recipe.hpp>
