// tools/prepare.sh and tools/train in a scratch clone, with stand-ins for the compiler, Meson,
// Ninja, apt-get and id.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>
#include <tests/paths.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;

namespace {

const std::string log_line = "echo \"${0##*/} $*\" >>\"${0%/*}/../log\"\n";

// Answers for headers whose packages are not in the file `absent`.
const std::string compiler_stand_in =
    "while read -r first second; do\n"
    "  [ \"$first\" = missing ] && grep -qx \"$second\" \"${0%/*}/../absent\" &&\n"
    "    echo \"missing $second\"\n"
    "done\n"
    "exit 0\n";
const std::string meson_stand_in = log_line + ": >\"$2/build.ninja\"\n";
const std::string ninja_stand_in =
    "case \" $* \" in\n"
    "*' -n '*) [ -e \"$2/tools/ebb-train\" ] && echo 'ninja: no work to do.'; exit 0 ;;\n"
    "esac\n" +
    log_line +
    "[ -e \"${0%/*}/../broken\" ] && exit 1\n"
    "sleep 0.2\n"
    "mkdir -p \"$2/tools\"\n"
    "printf '#!/bin/sh\\nprintf \"<%%s>\" \"$@\"; exit 7\\n' >\"$2/tools/ebb-train\"\n"
    "chmod +x \"$2/tools/ebb-train\"\n";
// Installs by emptying the list of what is absent; not before an update where that is asked for.
const std::string apt_stand_in =
    log_line +
    "cd \"${0%/*}/..\"\n"
    "[ \"$1\" = update ] && rm -f stale\n"
    "[ -e stale ] && { echo 'E: Unable to locate package'; exit 100; }\n"
    "[ \"$1\" = install ] && : >absent\n"
    "exit 0\n";

class Clone final {
 public:
  Clone() {
    fs::create_directories(root() / "tools");
    fs::create_directories(place() / "bin");
    for (const char* script : {"train", "prepare.sh"})
      fs::copy_file(fs::path(source_folder) / "tools" / script, root() / "tools" / script);
    for (const char* tool : {"sh", "sed", "tr", "cat", "find", "flock", "mkdir", "dirname", "touch",
                             "readlink", "env", "rm", "grep", "sleep", "chmod", "setpriv"})
      for (const char* folder : {"/bin/", "/usr/bin/"})
        if (fs::exists(std::string(folder) + tool) && !fs::exists(place() / "bin" / tool))
          fs::create_symlink(std::string(folder) + tool, place() / "bin" / tool);
    program("c++", compiler_stand_in);
    program("meson", meson_stand_in);
    program("ninja", ninja_stand_in);
    program("pkg-config", "");
    program("apt-get", apt_stand_in);
    program("id", "echo 0\n");
    write_file(place() / "absent", "");
    write_file(place() / "log", "");
    options.folder = place();
    options.environment = {{"PATH", (place() / "bin").string()},
                           {"CXX", std::nullopt},
                           {"EBB_BUILD", std::nullopt},
                           {"EBB_MESON_OPTIONS", std::nullopt},
                           {"EBB_NO_INSTALL", std::nullopt}};
  }

  const fs::path& place() const { return place_.path(); }
  fs::path root() const { return place() / name; }
  void program(const std::string& file, const std::string& script) const {
    write_file(place() / "bin" / file, "#!/bin/sh\n" + script);
    fs::permissions(place() / "bin" / file,
                    fs::perms::owner_all | fs::perms::others_exec | fs::perms::others_read);
  }
  std::vector<std::string> command(const std::string& arguments) const {
    return {"/bin/sh", "-c", "exec '" + root().string() + "/tools/train' " + arguments};
  }
  Finished start(const std::string& arguments = "") const {
    return run(command(arguments), options);
  }
  // What the stand-ins were called with since the last look.
  std::vector<std::string> calls() const {
    const std::vector<std::string> lines = lines_of(read_file(place() / "log"));
    write_file(place() / "log", "");
    return lines;
  }

  std::string name = "a clone";
  RunOptions options;

 private:
  TemporaryFolder place_;
};

const std::string first_words = "tools/train: building (the first time takes a few minutes)\n";
const std::string every_header =
    "libxsimd-dev libtbb-dev zlib1g-dev nlohmann-json3-dev libstb-dev libcli11-dev libfmt-dev "
    "libeigen3-dev liblzma-dev libbz2-dev";

void check_refused(const Clone& clone, const std::string& line) {
  const Finished finished = clone.start("vae");
  CHECK(finished.exit_code == 2);
  CHECK(finished.errors == "tools/train: " + line + "\n");
  CHECK(finished.output == "");
  CHECK(clone.calls().empty());
  CHECK(!fs::exists(clone.root() / "build"));
}

}  // namespace

TEST_CASE("scripts: missing packages end in the one line to run, and nothing is installed") {
  Clone clone;
  write_file(clone.place() / "absent", "libtbb-dev\nlibfmt-dev\n");
  fs::remove(clone.place() / "bin/meson");
  const std::string line =
      "packages are missing; as root, run: apt-get install -y meson libtbb-dev libfmt-dev";
  clone.options.environment["EBB_NO_INSTALL"] = "1";
  check_refused(clone, line);
  clone.options.environment["EBB_NO_INSTALL"] = std::nullopt;
  clone.program("id", "echo 1000\n");
  check_refused(clone, line);
  fs::remove(clone.place() / "bin/apt-get");
  check_refused(clone,
                "please install what is missing (these are Debian's names for it): meson "
                "libtbb-dev libfmt-dev");
}

TEST_CASE("scripts: without a compiler no header can be there") {
  Clone clone;
  clone.options.environment["EBB_NO_INSTALL"] = "1";
  fs::remove(clone.place() / "bin/c++");
  check_refused(clone,
                "packages are missing; as root, run: apt-get install -y g++ " + every_header);
}

TEST_CASE("scripts: root installs what is missing, after an update where that is needed") {
  for (const bool stale : {false, true}) {
    Clone clone;
    write_file(clone.place() / "absent", "libtbb-dev\nlibstb-dev\n");
    if (stale) write_file(clone.place() / "stale", "");
    const Finished finished = clone.start("vae");
    CHECK(finished.exit_code == 7);
    CHECK(finished.output == "<vae>");
    CHECK(finished.errors == "tools/train: installing libtbb-dev libstb-dev\n" + first_words);
    const std::string install = "apt-get install -y --no-install-recommends libtbb-dev libstb-dev";
    std::vector<std::string> expected = {install};
    if (stale) expected.insert(expected.end(), {"apt-get update", install});
    std::vector<std::string> calls = clone.calls();
    REQUIRE(calls.size() == expected.size() + 2);
    CHECK(std::equal(expected.begin(), expected.end(), calls.begin()));
  }
}

TEST_CASE("scripts: the first start configures and builds, the second says and changes nothing") {
  const Clone clone;
  const std::string build = (clone.root() / "build").string();
  const Finished first = clone.start("vae --out 'a folder' ''");
  CHECK(first.exit_code == 7);  // the program's own
  CHECK(first.output == "<vae><--out><a folder><>");
  CHECK(first.errors == first_words);
  CHECK(clone.calls() ==
        std::vector<std::string>{"meson setup " + build + " " + clone.root().string(),
                                 "ninja -C " + build + " --quiet tools/ebb-train"});
  const Finished second = clone.start("ae");
  CHECK(second.exit_code == 7);
  CHECK(second.output == "<ae>");
  CHECK(second.errors == "");
  CHECK(clone.calls().empty());
}

TEST_CASE("scripts: two starts at once build once") {
  const Clone clone;
  Process one(clone.command("one"), clone.options), two(clone.command("two"), clone.options);
  const Finished first = one.finish(), second = two.finish();
  CHECK(first.output == "<one>");
  CHECK(second.output == "<two>");
  CHECK(clone.calls().size() == 2);
}

TEST_CASE("scripts: a clone that was moved is configured anew") {
  Clone clone;
  clone.start();
  clone.calls();
  fs::rename(clone.place() / "a clone", clone.place() / "moved");
  clone.name = "moved";
  const Finished finished = clone.start("vae");
  CHECK(finished.output == "<vae>");
  CHECK(finished.errors == first_words);
  const std::vector<std::string> calls = clone.calls();
  REQUIRE(calls.size() == 2);
  CHECK(calls[0].starts_with("meson setup " + (clone.place() / "moved/build").string()));
}

TEST_CASE("scripts: EBB_BUILD names the folder, EBB_MESON_OPTIONS what it is configured with") {
  Clone clone;
  clone.options.environment["EBB_BUILD"] = "elsewhere";
  clone.options.environment["EBB_MESON_OPTIONS"] = "-Da=b -Dc=d";
  CHECK(clone.start("vae").output == "<vae>");
  CHECK(clone.calls().at(0) == "meson setup " + (clone.place() / "elsewhere").string() + " " +
                                   clone.root().string() + " -Da=b -Dc=d");
  CHECK(!fs::exists(clone.root() / "build"));
}

TEST_CASE("scripts: a folder with other things in it is left alone") {
  Clone clone;
  fs::create_directory(clone.place() / "home");
  write_file(clone.place() / "home/letter", "dear");
  clone.options.environment["EBB_BUILD"] = "home";
  const Finished finished = clone.start("vae");
  CHECK(finished.exit_code == 2);
  CHECK(finished.errors == "tools/train: " + (clone.place() / "home").string() +
                               " holds other things; name a new folder in EBB_BUILD\n");
  fs::rename(clone.place() / "home", clone.place() / "h\xc3\xa9\x1b[2J\x7f\xc2\x9b");
  clone.options.environment["EBB_BUILD"] = "h\xc3\xa9\x1b[2J\x7f\xc2\x9b";
  CHECK(clone.start("vae").errors == "tools/train: " + (clone.place() / "h\xc3\xa9?[2J").string() +
                                         "?? holds other things; name a new folder in EBB_BUILD\n");
  fs::rename(clone.place() / "h\xc3\xa9\x1b[2J\x7f\xc2\x9b", clone.place() / "home");
  CHECK(names_in(clone.place() / "home") == std::vector<std::string>{"letter"});
}

TEST_CASE("scripts: a build that fails exits with 1, and the next start tries again") {
  const Clone clone;
  write_file(clone.place() / "broken", "");
  const Finished finished = clone.start("vae");
  CHECK(finished.exit_code == 1);
  CHECK(finished.errors == first_words + "tools/train: the build failed\n");
  fs::remove(clone.place() / "broken");
  CHECK(clone.start("vae").output == "<vae>");
}

TEST_CASE("scripts: a clone that is only to be read runs what is built, and says what to do else") {
  Clone clone;
  // Root may write everywhere: somebody else starts it then.
  const std::string other =
      geteuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  const auto start = [&] {
    return run({"/bin/sh", "-c", other + "sh '" + clone.root().string() + "/tools/train' vae"},
               clone.options);
  };
  const auto permit = [&](fs::perms perms) {
    for (const fs::path& path : {clone.place(), clone.root(), clone.root() / "build"})
      if (fs::exists(path)) fs::permissions(path, perms);
    if (fs::exists(clone.root() / "build/.lock"))
      fs::permissions(clone.root() / "build/.lock", perms);
  };
  const fs::perms read_only = fs::perms(0555), all = fs::perms(0755);
  permit(read_only);
  const Finished before = start();
  permit(all);
  CHECK(before.exit_code == 1);
  CHECK(before.errors == "tools/train: cannot write to " + (clone.root() / "build").string() +
                             "; clone Ebb for yourself, or name another folder in EBB_BUILD\n");
  clone.start();
  permit(read_only);
  const Finished after = start();
  permit(all);
  CHECK(after.output == "<vae>");
  CHECK(after.errors == "");
}
