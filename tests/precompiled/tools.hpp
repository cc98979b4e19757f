// What most tests of programs include, beside what all tests do. g++ reads these in blocks instead.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <tests/precompiled/common.hpp>
