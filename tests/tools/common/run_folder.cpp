#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <tensor/error.hpp>
#include <tests/support.hpp>
#include <tests/tools/program.hpp>
#include <tools/common/run_folder.hpp>
#include <tools/training/options.hpp>

using namespace ebb::tools;

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

class WorkingFolder final {
 public:
  explicit WorkingFolder(const fs::path& path) : before_(fs::current_path()) {
    fs::current_path(path);
  }
  ~WorkingFolder() { fs::current_path(before_); }
  WorkingFolder(const WorkingFolder&) = delete;
  WorkingFolder& operator=(const WorkingFolder&) = delete;

 private:
  fs::path before_;
};

}  // namespace

TEST_CASE("run folder: without a name it is the first free one of its model") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  RunFolder first("", "vae"), second("", "vae"), other("", "ae");
  for (RunFolder* const folder : {&first, &second, &other}) folder->appear([] {});
  CHECK(first.name() == "runs/vae-1");
  CHECK(second.name() == "runs/vae-2");
  CHECK(other.name() == "runs/ae-1");
  write_file("runs/vae-3", "no folder");
  fs::create_symlink("nowhere", "runs/vae-4");
  RunFolder fifth("", "vae");
  fifth.appear([] {});
  CHECK(fifth.name() == "runs/vae-5");
  CHECK(names_in("runs") ==
        std::vector<std::string>{"ae-1", "vae-1", "vae-2", "vae-3", "vae-4", "vae-5"});
}

TEST_CASE("run folder: a name is made with the folders above it, and must be new") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  RunFolder plain("a/b/c", "ae"), with_slashes("a/b/d//", "ae");
  plain.appear([] {});
  with_slashes.appear([] {});
  CHECK(plain.path("config.json") == "a/b/c/config.json");
  CHECK(fs::is_directory("a/b/c"));
  CHECK(with_slashes.path("config.json") == "a/b/d/config.json");
  write_file("file", "");
  fs::create_symlink("nowhere", "link");
  for (const char* there : {"a/b/c", "a/b/c/", "a", "file", "link", ".", "..", "/"}) {
    const std::string message =
        "--out: " + std::string(there) + " exists already; name a new folder";
    CHECK_THROWS_WITH_AS(RunFolder(there, "ae"), message.c_str(), UsageError);
    CHECK_THROWS_WITH_AS(RunFolder::require_new(there), message.c_str(), UsageError);
  }
  CHECK_NOTHROW(RunFolder::require_new("a/b/new"));
  CHECK_NOTHROW(RunFolder::require_new(""));
  CHECK(names_in("a/b") == std::vector<std::string>{"c", "d"});
}

TEST_CASE("run folder: dots after a folder that is missing are refused before it is made") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  for (const char* name :
       {"q/.", "q/..", "q/./", "q/.//", "q/../", "q/../r", "q/./r", "./q/../r"}) {
    const std::string parent = name[0] == '.' ? "./q" : "q";
    const std::string message = "--out: " + std::string(name) + " leads through " + parent +
                                ", which does not exist; name a new folder";
    CHECK_THROWS_WITH_AS(RunFolder(name, "ae"), message.c_str(), UsageError);
    CHECK_THROWS_WITH_AS(RunFolder::require_new(name), message.c_str(), UsageError);
  }
  CHECK(names_in(".").empty());
  fs::create_directory("q");
  CHECK_THROWS_WITH_AS(RunFolder("q/.", "ae"), "--out: q/. exists already; name a new folder",
                       UsageError);
  RunFolder beside("q/../r", "ae"), within("./q/./s/", "ae");
  beside.appear([] {});
  within.appear([] {});
  CHECK(fs::is_directory("r"));
  CHECK(fs::is_directory("q/s"));
}

TEST_CASE("run folder: it appears with what was written first, or not at all") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  {
    RunFolder unused("", "ae"), used("", "ae"), deep("c/d", "ae");
    CHECK(used.name() == "runs/ae-2");
    CHECK(names_in("runs") == std::vector<std::string>{".ae-1.part", ".ae-2.part"});
    used.appear([&] {
      used.write_json("config.json", {});
      CHECK(names_in("runs") == std::vector<std::string>{".ae-1.part", ".ae-2.part"});
    });
    CHECK(names_in("runs") == std::vector<std::string>{".ae-1.part", "ae-2"});
    CHECK_THROWS_WITH_AS(
        deep.appear([&] { throw ebb::IoError("write " + deep.path("a") + ": no"); }),
        "write c/d/a: no", ebb::IoError);
  }
  CHECK(names_in("runs") == std::vector<std::string>{"ae-2"});
  CHECK(names_in("runs/ae-2") == std::vector<std::string>{"config.json"});
  CHECK(names_in("c").empty());
}

TEST_CASE("run folder: what took its name meanwhile stays, and strays of dead programs go") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  RunFolder late("run", "ae");
  write_file("run", "another's");
  CHECK_THROWS_WITH_AS(late.appear([] {}), "--out: run exists already; name a new folder",
                       UsageError);
  CHECK(read_file("run") == "another's");
  fs::create_directories(".stray.part/checkpoints");
  RunFolder again("stray", "ae");
  again.appear([] {});
  CHECK(names_in("stray").empty());
  const RunFolder first("twice", "ae");
  CHECK_THROWS_WITH_AS(RunFolder("twice", "ae"), "--out: twice exists already; name a new folder",
                       UsageError);
}

TEST_CASE("run folder: opened again it is cleaned, and locked against other programs") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  {
    RunFolder run("run", "ae");
    run.appear([&] { run.write_json("config.json", {}); });
    CHECK_THROWS_WITH_AS(RunFolder(RunFolder::existing, "run"),
                         "--resume: another program works in run; wait for its end, or stop it",
                         UsageError);
  }
  fs::create_directories("run/checkpoints/000012.part");
  fs::create_directories("run/checkpoints/000010");
  write_file("run/config.json.part-12-0", "");
  write_file("run/my.parts", "");
  {
    RunFolder run(RunFolder::existing, "run/");
    CHECK(run.name() == "run");
    bool filled = false;
    run.appear([&] { filled = true; });
    CHECK(filled);
  }
  CHECK(names_in("run") == std::vector<std::string>{"checkpoints", "config.json", "my.parts"});
  CHECK(names_in("run/checkpoints") == std::vector<std::string>{"000010"});
  CHECK_THROWS_WITH_AS(RunFolder(RunFolder::existing, "none"),
                       "--resume: none is no folder of a run; check the path", UsageError);
}

TEST_CASE("run folder: where none can be made it says why") {
  const TemporaryFolder place;
  const WorkingFolder here(place.path());
  write_file("file", "");
  CHECK_THROWS_WITH_AS(RunFolder("file/run", "ae"),
                       "make folder file: Not a directory; try another place with --out",
                       ebb::IoError);
  CHECK_THROWS_WITH_AS(RunFolder("file/a/run", "ae"),
                       "make folder file/a: Not a directory; try another place with --out",
                       ebb::IoError);
  const std::string long_name(300, 'x');
  CHECK_THROWS_WITH_AS(
      RunFolder(long_name, "ae"),
      ("make folder " + long_name + ": File name too long; try another place with --out").c_str(),
      ebb::IoError);
}

TEST_CASE("run folder: metrics grow by lines, other files are replaced whole") {
  const TemporaryFolder place;
  RunFolder folder(place.path() / "run", "ae");
  folder.appear([] {});
  folder.append_line("metrics.jsonl", {{"epoch", 1}, {"loss", 0.5}});
  folder.append_line("metrics.jsonl", {{"epoch", 2}, {"loss", NAN}});
  CHECK(read_file(folder.path("metrics.jsonl")) ==
        "{\"epoch\":1,\"loss\":0.5}\n{\"epoch\":2,\"loss\":null}\n");
  folder.write_json("config.json", {{"a", 1}});
  folder.write_json("config.json", {{"b", "bytes \xff that are no UTF-8"}});
  CHECK(read_file(folder.path("config.json")) ==
        "{\n  \"b\": \"bytes \\ufffd that are no UTF-8\"\n}\n");
  CHECK(names_in(folder.name()) == std::vector<std::string>{"config.json", "metrics.jsonl"});
}

TEST_CASE("run folder: gone on the way is an error that names the file") {
  const TemporaryFolder place;
  RunFolder folder(place.path() / "run", "ae");
  folder.appear([] {});
  fs::remove(folder.name());
  const std::string message = "open " + folder.path("metrics.jsonl") +
                              ": No such file or directory; is the folder still there?";
  CHECK_THROWS_WITH_AS(folder.append_line("metrics.jsonl", {{"epoch", 1}}), message.c_str(),
                       ebb::IoError);
  CHECK_THROWS_AS(folder.write_json("config.json", {}), ebb::IoError);
}
