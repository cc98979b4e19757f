// What most tests of programs include beside that.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <tests/precompiled/common.hpp>
