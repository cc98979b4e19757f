#include <doctest/doctest.h>

#include <sstream>
#include <tests/install.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

// The project that uses Ebb takes warnings for errors. What Ebb's own sources make its compiler say
// is not for it to decide.
TEST_CASE("install: as a subproject Ebb is only the library, and warns without failing") {
  if (sanitizers != "none") return skip("one installation with sanitizers is enough");
  const TemporaryFolder place;
  const fs::path build = place.path() / "build";
  const RunOptions options = options_in(place.path());
  fs::create_directory(place.path() / "subprojects");
  fs::create_directory_symlink(source_folder, place.path() / "subprojects/ebb");
  write_file(place.path() / "meson.build",
             "project('user', 'cpp', default_options: ['cpp_std=c++20', 'werror=true'])\n"
             "executable('user', 'user.cpp', dependencies: dependency('ebb'))\n");
  write_file(place.path() / "user.cpp", user_program);
  shell("meson setup build --wrap-mode=nodownload --force-fallback-for=ebb", options);

  int compiled = 0;
  std::istringstream commands(shell("ninja -C build -t commands all", options).output);
  for (std::string line; std::getline(commands, line);) {
    const std::size_t at = line.find(" -c ");
    if (at == std::string::npos) continue;
    const std::string source = line.substr(at + 4);
    ++compiled;
    CHECK((line.find("-Werror") != std::string::npos) == source.ends_with("user.cpp"));
    CHECK_MESSAGE(source.find("ebb/tools/") == std::string::npos, source);
    CHECK_MESSAGE(source.find("ebb/tests/") == std::string::npos, source);
  }
  CHECK(compiled > 30);

  shell("ninja -C build user.p/user.cpp.o", options);
  lend_objects(build / "subprojects/ebb");
  make_last(build, "subprojects/ebb/libebb.a", options);
  make_last(build, "user", options);
  CHECK(shell("build/user", options).output == "it learns\n");
}
