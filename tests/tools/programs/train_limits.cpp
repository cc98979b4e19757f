// tools/train where the system allows little: few threads, little memory, no reader.
#include <doctest/doctest.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <tests/paths.hpp>
#include <tests/tools/program.hpp>

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

namespace {

std::string thread_line(int threads) {
  return "tools/train: threads: the system allows " + std::to_string(threads) +
         " of 16 (ulimit -u, ulimit -v); going on with " + std::to_string(threads) + "\n";
}

}  // namespace

TEST_CASE("limits: with fewer processes allowed than threads asked for, it trains with those") {
  if (geteuid() != 0) return skip("only root can become a user who has no other processes");
  const std::string user = std::to_string(61'000 + getpid() % 4000);
  const std::vector<std::string> become = {"setpriv", "--reuid=" + user, "--regid=" + user,
                                           "--clear-groups", "--inh-caps=-all"};
  const auto as_user = [&](std::vector<std::string> command, const RunOptions& options) {
    command.insert(command.begin(), become.begin(), become.end());
    return run(command, options);
  };
  if (as_user({"true"}, {}).exit_code != 0) return skip("this root may not become another user");
  const TemporaryFolder place;
  const fs::path program = place.path() / "ebb-train";
  fs::copy_file(train_program(), program);  // where such a user may read it
  fs::permissions(program, fs::perms(0755));
  fs::permissions(place.path(), fs::perms(0777));
  write_image_set(place.path() / "data");
  for (const int most : {2, 5, 12}) {
    RunOptions options;
    options.folder = place.path();
    options.environment["ASAN_OPTIONS"] = "detect_leaks=0";  // it would need one process more
    const std::string out = "run" + std::to_string(most);
    const Finished finished =
        as_user({"prlimit", "--nproc=" + std::to_string(most), "./ebb-train", "ae", "--threads",
                 "16", "--latent", "40", "--data", "data", "--epochs", "2", "--out", out},
                options);
    CHECK_MESSAGE(finished.exit_code == 0, finished.errors);
    CHECK(finished.errors == thread_line(most));
    CHECK(config_of(place.path() / out)["threads"] == most);
    CHECK(config_of(place.path() / out)["finished"] == true);
  }
}

TEST_CASE("limits: with little address space it trains with fewer threads, or says why not") {
  if (sanitizers != "none") return skip("sanitizers reserve more addresses than a limit leaves");
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  for (const int megabytes : {60, 80, 120, 150, 200, 300, 500}) {
    const std::string out = "run" + std::to_string(megabytes);
    const Finished finished =
        run_train(place.path(), "ae --threads 16 --latent 40 --data data --epochs 2 --out " + out,
                  "exec prlimit --as=" + std::to_string(megabytes) + "000000");
    const int exit_code = finished.exit_code;
    CHECK_MESSAGE((exit_code == 0 || (megabytes < 150 && (exit_code == 1 || exit_code == 2))),
                  megabytes, " MB: ", exit_code, ' ', finished.errors);
    if (exit_code == 0)
      CHECK(finished.errors == thread_line(config_of(place.path() / out)["threads"].get<int>()));
  }
}

TEST_CASE("limits: a model beyond the memory is refused before anything is made") {
  if (sanitizers != "none") return skip("sanitizers reserve more addresses than a limit leaves");
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  const Finished finished = run_train(
      place.path(), "ae --hidden 65536,65536 --latent 65536 --data data --quiet --out run",
      "exec prlimit --as=4000000000");
  CHECK(finished.exit_code == 2);
  CHECK(finished.output == "");
  CHECK(
      finished.errors.starts_with("tools/train: memory: about 619 GB for 17,184,915,492 parameters "
                                  "and batches of 32, but there are "));
  CHECK(finished.errors.ends_with(
      "; try a smaller --hidden, --latent or --batch-size, or smaller images\n"));
  CHECK(names_in(place.path()) == std::vector<std::string>{"data"});
}

TEST_CASE("limits: where nobody reads what it prints, it trains to its end") {
  const TemporaryFolder place;
  write_image_set(place.path() / "data");
  RunOptions options;
  options.folder = place.path();
  const std::string command =
      "{ \"$0\" ae --latent 2 --epochs 20 --data data --out run; echo \"status $?\" >&2; } | head "
      "-1";
  const Finished finished = run({"sh", "-c", command, train_program()}, options);
  CHECK(lines_of(finished.output).size() == 1);
  CHECK(finished.errors == "status 0\n");
  CHECK(config_of(place.path() / "run")["finished"] == true);
  CHECK(lines_of(read_file(place.path() / "run/metrics.jsonl")).size() == 20);
}
