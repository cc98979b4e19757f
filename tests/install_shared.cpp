#include <doctest/doctest.h>

#include <tests/install.hpp>
#include <tests/paths.hpp>
#include <tests/support.hpp>

namespace fs = std::filesystem;

TEST_CASE("install: -Ddefault_library=shared gives a shared library, and programs link only it") {
  if (sanitizers != "none") return skip("one installation with sanitizers is enough");
  const TemporaryFolder place;
  const fs::path build = place.path() / "build";
  RunOptions options = options_in(place.path());
  shell("meson setup build " + in_quotes(source_folder) +
            " -Dtools=disabled -Ddefault_library=shared",
        options);
  lend_objects(build);
  make_last(build, "libebb.so." + version, options);
  const fs::path prefix = install(build, place.path(), options);
  CHECK(find_below(prefix, "libebb.a").empty());
  const fs::path library = find_below(prefix, "libebb.so");
  REQUIRE(fs::is_symlink(library));
  CHECK(shell("pkg-config --print-requires ebb", options).output == "");
  CHECK(shell("pkg-config --print-requires-private ebb", options).output == "tbb\nzlib\n");

  write_file(place.path() / "user.cpp", user_program);
  shell("eval $CXX -std=c++20 user.cpp -o user \"$(pkg-config --cflags --libs ebb)\"", options);
  const std::string needed = shell("readelf -d user | grep NEEDED", options).output;
  CHECK(needed.find("libebb.so." + version.substr(0, version.rfind('.')) + "]") !=
        std::string::npos);
  CHECK(needed.find("tbb") == std::string::npos);
  options.environment["LD_LIBRARY_PATH"] = library.parent_path().string();
  CHECK(shell("./user", options).output == "it learns\n");

  // The tables of the instruction sets are nobody else's.
  const std::string symbols =
      shell("nm -D --defined-only --demangle " + in_quotes(library), options).output;
  CHECK(symbols.find(" ebb::nn::Linear::") != std::string::npos);
  for (const char* inner : {"::sse2::", "::avx2::", "::avx512::", "::neon::", "xsimd"})
    CHECK_MESSAGE(symbols.find(inner) == std::string::npos, inner);
}
