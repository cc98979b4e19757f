#include <doctest/doctest.h>

#include <filesystem>
#include <stdexcept>
#include <tests/support.hpp>
#include <tools/benchmark/peers/peer_process.hpp>

using namespace ebb::tools;
using ebb::tools::benchmark::PeerProcess, ebb::tools::benchmark::ProductShape;

namespace {

// A shell script in place of a peer.
class FakePeer final {
 public:
  explicit FakePeer(const std::string& script) {
    write_file(path(), "#!/bin/sh\n" + script);
    std::filesystem::permissions(path(), std::filesystem::perms::owner_all);
  }
  std::string path() const { return (folder_.path() / "peer").string(); }

 private:
  TemporaryFolder folder_;
};

}  // namespace

TEST_CASE("bench peer: it is told the instruction set and the threads, and answers in lines") {
  const FakePeer fake(
      "echo $DNNL_MAX_CPU_ISA-$OMP_NUM_THREADS\nread line; echo ${#line}\nread line; echo 0.25\n");
  PeerProcess peer(fake.path(), "avx2", 3);
  CHECK(peer.name() == "AVX2-3");
  CHECK(peer.prepare(ProductShape{2, 3, 4, false, true}) == std::string("shape 2 3 4 0 1").size());
  const benchmark::Way way = peer.way();
  CHECK(way.name == "AVX2-3");
  CHECK(way.calls(7) == 0.25);
}

TEST_CASE("bench peer: one that dies is named, with how it ended") {
  const FakePeer fake("echo it\nread line; exit 7\n");
  PeerProcess peer(fake.path(), "sse2", 1);
  CHECK_THROWS_WITH_AS(peer.prepare(ProductShape{1, 1, 1}),
                       "peer has ended with status 7 while it was needed", std::runtime_error);
  CHECK_THROWS_WITH_AS(peer.prepare(ProductShape{1, 1, 1}), "peer has ended before",
                       std::runtime_error);
  const FakePeer killed("kill -11 $$\n");
  CHECK_THROWS_WITH_AS(PeerProcess(killed.path(), "sse2", 1),
                       "peer was killed by signal 11 while it was needed", std::runtime_error);
}

TEST_CASE("bench peer: an answer that is no number, and a program that is not there") {
  const FakePeer fake("echo it\nread line; echo '7 of them'\n");
  PeerProcess peer(fake.path(), "sse2", 1);
  CHECK_THROWS_WITH_AS(peer.prepare(ProductShape{1, 1, 1}),
                       "peer answered '7 of them', which is no number", std::runtime_error);
  CHECK_THROWS_WITH_AS(PeerProcess("/nowhere/peer", "sse2", 1),
                       "/nowhere/peer: No such file or directory", std::runtime_error);
}

TEST_CASE("bench peer: the naive loop is always built and comes first") {
  const auto programs = benchmark::peer_programs("avx2");
  REQUIRE(programs.size() == 5);
  CHECK(programs[0].library == "naive");
  CHECK(programs[0].built());
  CHECK(programs[4].path.ends_with("ebb-peer-eigen-avx2"));
  CHECK(!benchmark::PeerProgram{"none", "none", "/nowhere/peer"}.built());
}
