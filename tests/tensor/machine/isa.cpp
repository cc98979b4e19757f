// Covers: tensor/kernels/table.hpp
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <tensor/error.hpp>
#include <tensor/machine/isa.hpp>
#include <tests/paths.hpp>
#include <tests/run.hpp>

using namespace ebb;
using detail::Candidate;
using detail::choose_table;

namespace {

// Tables that are nothing but their names.
kernels::Table called(const char* name) {
  kernels::Table table = kernels_in_use();
  table.name = name;
  return table;
}

}  // namespace

// Runs in a process of its own, below.
TEST_CASE("isa: says which table is in use" * doctest::skip()) {
  std::printf("computes with %s\n", kernels_in_use().name);
}

TEST_CASE("EBB_ISA: forces an instruction set, empty it means the best") {
  const auto child = [](const char* isa) {
    RunOptions options;
    options.environment["EBB_ISA"] = isa;
    return run({build_folder + "/tests/ebb-tests", "--no-skip",
                "--test-case=isa: says which table is in use"},
               options);
  };
#if defined(__x86_64__)
  CHECK(child("sse2").output.find("computes with sse2\n") != std::string::npos);
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
    CHECK(child("avx2").output.find("computes with avx2\n") != std::string::npos);
#endif
  const Finished best = child("");
  CHECK(best.exit_code == 0);
  CHECK(best.output.find("computes with ") != std::string::npos);
  const Finished unknown = child("SSE2");
  CHECK(unknown.exit_code != 0);
  CHECK(unknown.output.find("EBB_ISA: unknown instruction set 'SSE2'; try one of ") !=
        std::string::npos);
}

TEST_CASE("EBB_ISA: this process computes with what it names") {
  const char* wanted = std::getenv("EBB_ISA");
  if (wanted != nullptr && *wanted != '\0') CHECK(std::string(kernels_in_use().name) == wanted);
  CHECK(&kernels_in_use() == &kernels_in_use());
}

TEST_CASE("isa: the best that runs here, or the one that is wanted") {
  const kernels::Table best = called("best"), good = called("good"), plain = called("plain");
  const Candidate all[] = {{&best, true}, {&good, true}, {&plain, true}};
  CHECK(&choose_table(nullptr, all, 3) == &best);
  CHECK(&choose_table("", all, 3) == &best);
  CHECK(&choose_table("good", all, 3) == &good);
  const Candidate some[] = {{&best, false}, {&good, true}, {&plain, true}};
  CHECK(&choose_table(nullptr, some, 3) == &good);
  CHECK(&choose_table("plain", some, 3) == &plain);
}

TEST_CASE("isa: one that is unknown or that the machine lacks is an error") {
  const kernels::Table best = called("best"), plain = called("plain");
  const Candidate candidates[] = {{&best, false}, {&plain, true}};
  CHECK_THROWS_WITH_AS(choose_table("best", candidates, 2),
                       "EBB_ISA: this machine lacks best; try without EBB_ISA", Error);
  CHECK_THROWS_WITH_AS(choose_table("bes", candidates, 2),
                       "EBB_ISA: unknown instruction set 'bes'; try one of best, plain", Error);
}

TEST_CASE("table: every function is there, for integers those that compare and choose") {
  const kernels::Table& table = kernels_in_use();
  int loops[kernels::all_types] = {};
  for (int type = 0; type < kernels::all_types; ++type)
    for (const kernels::ElementwiseLoop loop : table.elementwise.loops[type])
      loops[type] += loop != nullptr;
  CHECK(loops[0] == kernels::AllFormulas::size);
  CHECK(loops[1] == kernels::AllFormulas::size);
  CHECK(loops[2] == kernels::Comparisons::size);
  bool there = table.bytes.to_float && table.copy.transpose[0] && table.copy.transpose[1];
  for (int type = 0; type < kernels::all_types; ++type) there = there && table.reduce.argmax[type];
  for (int type = 0; type < kernels::floating_types; ++type)
    for (const auto& kind : {table.reduce.sum, table.reduce.maximum, table.reduce.minimum})
      there = there && kind.rows[type] && kind.columns[type];
  for (int type = 0; type < kernels::floating_types; ++type)
    there = there && table.softmax.rows[type] && table.softmax.power_sums[type] &&
            table.matmul.types[type].multiply && table.matmul.types[type].pack &&
            table.random.uniform[type] && table.random.normal[type];
  for (int type = 0; type < kernels::floating_types; ++type)
    for (const kernels::UpdateLoop loop : table.update.loops[type]) there = there && loop;
  CHECK(there);
}
