// Covers: tests/install.hpp, tests/install.cpp
#include <doctest/doctest.h>

#include <tests/install.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

namespace {

// What CMake says to a project that asks for this version.
Finished configure(const std::string& asked, const fs::path& prefix, const RunOptions& options) {
  write_file(fs::path(options.folder) / "CMakeLists.txt",
             "cmake_minimum_required(VERSION 3.16)\n"
             "project(user CXX)\n"
             "find_package(ebb " +
                 asked +
                 " REQUIRED)\n"
                 "add_executable(user user.cpp)\n"
                 "target_link_libraries(user ebb::ebb)\n");
  return run(
      {"cmake", "-G", "Ninja", "-S", ".", "-B", "build", "-DCMAKE_PREFIX_PATH=" + prefix.string()},
      options);
}

}  // namespace

TEST_CASE("install: a CMake project finds ebb::ebb and builds with it, if the version suits") {
  if (sanitizers != "none") return skip("one installation with sanitizers is enough");
  const TemporaryFolder place;
  RunOptions options = options_in(place.path());
  if (run({"sh", "-c", "command -v cmake"}, options).exit_code) return skip("cmake is missing");
  const fs::path prefix = install(build_folder, place.path(), options);
  options.environment["PKG_CONFIG_PATH"] = std::nullopt;
  write_file(place.path() / "user.cpp", user_program);

  const std::string next = std::to_string(std::stoi(version) + 1) + ".0";
  const Finished refused = configure(next, prefix, options);
  CHECK(refused.exit_code != 0);
  CHECK_MESSAGE(refused.errors.find("version: " + version) != std::string::npos, refused.errors);

  const Finished found = configure(version, prefix, options);
  CHECK_MESSAGE(found.exit_code == 0, found.output, found.errors);
  shell("cmake --build build", options);
  CHECK(shell("build/user", options).output == "it learns\n");
}
