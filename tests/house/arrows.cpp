// Covers: tests/house/sources.hpp, tests/house/sources.cpp
#include <doctest/doctest.h>

#include <algorithm>
#include <tests/house/sources.hpp>

namespace {

// A folder may use what stands to its left, and itself.
const std::vector<std::string> order = {"tensor/kernels", "tensor", "autograd", "nn",
                                        "models",         "tools",  "tests"};

// Its place in the order, -1 for what is none of ours.
int place(const std::string& path) {
  for (std::size_t i = 0; i < order.size(); ++i)
    if (path.starts_with(order[i] + "/")) return static_cast<int>(i);
  return -1;
}

// Inside nn: files, then data, then what lies in nn itself; layers and optimizers use all of these
// and not each other. -1 for what lies elsewhere.
int place_in_nn(const std::string& path) {
  if (!path.starts_with("nn/")) return -1;
  const std::string room = path.substr(0, path.rfind('/'));
  return room == "nn/files"    ? 0
         : room == "nn/data"   ? 1
         : room == "nn"        ? 2
         : room == "nn/layers" ? 3
                               : 4;
}

// Text that both the kernels and their callers read: the formulas, and the tables of pointers.
const std::vector<std::string> doors_of_the_kernels = {
    "tensor/kernels/formula_names.hpp",   "tensor/kernels/formulas.hpp",
    "tensor/kernels/sequences/gates.hpp", "tensor/kernels/matmul/matmul.hpp",
    "tensor/kernels/steps.hpp",           "tensor/kernels/table.hpp"};

bool starts_with_any(const std::string& text, std::initializer_list<const char*> starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](const char* start) { return text.starts_with(start); });
}

// What a file must not include, said in one line each.
std::string complaint(const Source& file, const std::string& include) {
  const int from = place(file.path), to = place(include);
  if (to > from) return "points from left to right";
  const int room = place_in_nn(file.path), other = place_in_nn(include);
  if (room >= 0 && other >= 0 && (other > room || (room == 4 && other == 3)))
    return "points from left to right inside nn";
  if (to == 0 && from > 0 && from < place("tests/") &&
      std::count(doors_of_the_kernels.begin(), doors_of_the_kernels.end(), include) == 0)
    return "the kernels are reached through their tables";
  if (include.starts_with("xsimd/") &&
      !starts_with_any(file.path, {"tensor/kernels/", "tools/benchmark"}))
    return "xsimd is named in tensor/kernels alone";
  if (starts_with_any(include, {"tbb/", "oneapi/"}) &&
      file.path != "tensor/machine/thread_pool.cpp")
    return "oneTBB is named in tensor/machine/thread_pool.cpp alone";
  if (starts_with_any(include, {"nlohmann/"}) && from < place("nn/")) return "JSON begins in nn";
  if (starts_with_any(include, {"stb/"}) && file.path != "nn/files/image.cpp")
    return "stb is named in nn/files/image.cpp alone";
  if (starts_with_any(include, {"CLI/", "fmt/"}) && from < place("tools/"))
    return "command lines begin in tools";
  if (starts_with_any(include, {"Eigen/", "lzma", "bzlib"}) &&
      !starts_with_any(file.path, {"tools/evaluation/", "tools/benchmark/peers/"}))
    return "what baselines need is named in tools/evaluation alone";
  return "";
}

}  // namespace

TEST_CASE("house: arrows between the folders point to the left") {
  std::size_t ours = 0;
  for (const Source& file : cpp_files())
    for (const std::string& include : file.includes()) {
      ours += place(include) >= 0;
      const std::string wrong = complaint(file, include);
      CHECK_MESSAGE(wrong.empty(), file.path, " includes ", include, ": ", wrong);
    }
  CHECK(ours > 200);  // the includes were found at all
}

TEST_CASE("house: a wrong arrow is noticed") {
  const auto notices = [](const char* path, const char* include) {
    const Source file = {path, std::string("#include <") + include + ">\n"};
    return !complaint(file, file.includes().at(0)).empty();
  };
  CHECK(notices("tensor/shape.cpp", "autograd/tape.hpp"));
  CHECK(notices("nn/layers/linear.hpp", "models/autoencoder.hpp"));
  CHECK(notices("models/autoencoder.cpp", "tests/support.hpp"));
  CHECK(notices("tensor/kernels/reduce.cpp", "tensor/tensor.hpp"));
  CHECK(notices("tensor/matmul.cpp", "tensor/kernels/simd.hpp"));
  CHECK(notices("tensor/tensor.hpp", "xsimd/xsimd.hpp"));
  CHECK(notices("nn/optimizers/optimizer.cpp", "tbb/parallel_for.h"));
  CHECK(notices("tensor/machine/parallel.cpp", "tbb/task_arena.h"));
  CHECK(notices("nn/checkpoint.cpp", "fmt/core.h"));
  CHECK(notices("tools/training/image_grid.cpp", "stb/stb_image_write.h"));
  CHECK(notices("tools/training/trainer.cpp", "Eigen/Core"));
  CHECK(notices("nn/files/file.cpp", "nn/data/images.hpp"));
  CHECK(notices("nn/data/images.cpp", "nn/module.hpp"));
  CHECK(notices("nn/sequential.cpp", "nn/layers/linear.hpp"));
  CHECK(notices("nn/module.cpp", "nn/optimizers/optimizer.hpp"));
  CHECK(notices("nn/layers/linear.cpp", "nn/optimizers/optimizer.hpp"));
  CHECK(notices("nn/optimizers/optimizer.cpp", "nn/layers/linear.hpp"));
  CHECK_FALSE(notices("nn/optimizers/optimizer.cpp", "nn/module.hpp"));
  CHECK_FALSE(notices("nn/checkpoint.cpp", "nn/files/safetensors.hpp"));
  CHECK_FALSE(notices("nn/layers/linear.cpp", "autograd/matmul.hpp"));
  CHECK_FALSE(notices("tensor/kernels/simd.hpp", "xsimd/xsimd.hpp"));
}

TEST_CASE("house: public headers name neither xsimd nor oneTBB") {
  for (const Source& file : cpp_files())
    if (file.is_header() && place(file.path) < place("tools/") &&
        !file.path.starts_with("tensor/kernels/"))
      for (const char* name : {"xsimd::", "tbb::", "<xsimd", "<tbb"})
        CHECK_MESSAGE(file.text.find(name) == std::string::npos, file.path, " names ", name);
}
