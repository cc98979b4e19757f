// Covers: tensor/kernels/simd.hpp, tensor/kernels/table.hpp
#include <doctest/doctest.h>

#include <map>
#include <sstream>
#include <tests/house/sources.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>

namespace {

struct Symbol {
  char kind;  // as nm prints it: D data, V and W weak, u unique
  std::string name;
};

// What the objects of a library define for others, static symbols left out.
std::vector<Symbol> symbols_of(const std::string& library) {
  const Finished nm = run({"nm", "--extern-only", "--defined-only", "--demangle", library});
  REQUIRE(nm.exit_code == 0);
  std::vector<Symbol> found;
  for (const std::string& line : split_lines(nm.output)) {
    std::istringstream words(line);
    std::string address, kind, name;
    if (words >> address >> kind && kind.size() == 1 && std::getline(words >> std::ws, name))
      found.push_back({kind[0], name});
  }
  return found;
}

// ".../libebb_kernels_avx2.a" holds the table called "avx2".
std::string table_of(const std::string& library) {
  const std::size_t begin = library.rfind('_') + 1;
  return library.substr(begin, library.rfind('.') - begin);
}

}  // namespace

// Of two objects that define one symbol weakly the linker keeps either, perhaps the one whose
// instructions this machine lacks. So every name must say to which table it belongs.
TEST_CASE("house: kernels of different instruction sets share no symbol") {
  REQUIRE(!kernel_libraries.empty());
  std::map<std::string, std::string> owner;
  for (const std::string& library : kernel_libraries) {
    const std::string table = table_of(library);
    int tables = 0;
    for (const Symbol& symbol : symbols_of(library)) {
      if (symbol.name.starts_with("__odr_asan.")) continue;  // AddressSanitizer's mark of a table
      const bool ours = symbol.name.starts_with("ebb::kernels::" + table + "::");
      const bool of_xsimd = symbol.name.find("xsimd_" + table + "::") != std::string::npos;
      INFO(library, ": ", symbol.kind, " ", symbol.name);
      CHECK((ours || of_xsimd));
      CHECK(owner.try_emplace(symbol.name, library).first->second == library);
      if (ours) CHECK(symbol.kind == 'D');  // a table of constants that the loader relocates
      tables += ours;
    }
    CHECK_MESSAGE(tables >= 6, library, " defines ", tables, " tables");
  }
}
