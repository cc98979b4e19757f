#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <nn/files/file.hpp>
#include <thread>
#include <tools/sweeps/child.hpp>
#include <tools/sweeps/runs.hpp>
#include <tools/training/trainer.hpp>

namespace ebb::tools {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

enum class Next { train, resume, evaluate, nothing };

Next next_of(const std::string& run) {
  std::error_code unknown;
  if (!fs::exists(run, unknown)) return Next::train;
  const std::string config = run + "/config.json";
  const Json said =
      fs::exists(config, unknown) ? Json::parse(nn::read_file(config), nullptr, false) : Json();
  if (!said.is_object() || said.value("finished", Json()) != true) return Next::resume;
  return fs::exists(run + "/evaluation.json", unknown) ? Next::nothing : Next::evaluate;
}

// Whether runs learn from other data each, or begin at other files: then wrong data of one are no
// reason to end the others.
bool data_differ(const std::vector<PlannedRun>& runs) {
  for (const PlannedRun& run : runs)
    for (std::size_t i = 0; i < run.words.size(); ++i)
      for (const char* option : {"--data=", "--init=", "--vocabulary=", "--label-file=", "--kinds=",
                                 "--missing=", "--longest=", "--test="})
        if (run.words[i].starts_with(option) && run.words[i] != runs.front().words[i]) return true;
  return false;
}

// The runs of a sweep under way.
class Runs final {
 public:
  Runs(const std::vector<PlannedRun>& runs, const std::string& folder, std::int64_t threads,
       Progress& progress)
      : runs_(runs),
        folder_(folder),
        progress_(progress),
        trainer_(program_beside("ebb-train")),
        judge_(program_beside("ebb-evaluate")) {
    for (std::size_t i = 0; i < runs.size(); ++i)
      if (next_of(path_of(i)) != Next::nothing) waiting_.push_back(i);
    before_ = runs.size() - waiting_.size();
    slots_ = std::min(static_cast<std::size_t>(threads), waiting_.size());
    threads_each_ = slots_ > 0 ? threads / static_cast<std::int64_t>(slots_) : 1;
  }

  std::vector<FailedRun> finish() {
    if (before_ > 0)
      progress_.print(fmt::format("{} of {} runs are done already", before_, runs_.size()));
    while (!under_way_.empty() || (started_ < waiting_.size() && !interruptions)) {
      while (under_way_.size() < slots_ && started_ < waiting_.size() && !interruptions)
        begin(waiting_[started_++]);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      if (interruptions && !asked_) {
        for (Job& job : under_way_) job.child->ask_to_end();
        asked_ = true;
      }
      look();
      show();
    }
    if (asked_ || interruptions)
      throw Interrupted(fmt::format("interrupted after {} of {} runs; go on with --out {}",
                                    before_ + done_, runs_.size(), folder_));
    return failed_;
  }

 private:
  struct Job {
    std::size_t run;
    Next does;
    double begin;
    std::unique_ptr<Child> child;
  };

  std::string path_of(std::size_t run) const { return folder_ + "/" + runs_[run].name; }

  void begin(std::size_t run) { start({run, next_of(path_of(run)), seconds_now(), nullptr}); }

  void start(Job job) {
    const PlannedRun& run = runs_[job.run];
    const std::string path = path_of(job.run);
    std::vector<std::string> words = {job.does == Next::evaluate ? judge_ : trainer_};
    if (job.does == Next::train) {
      words.insert(words.end(), run.words.begin(), run.words.end());
      words.insert(words.end(), {"--quiet", "--out=" + path});
    } else if (job.does == Next::resume) {
      words.push_back("--resume=" + path);
    } else {
      words.insert(words.end(), {path, "--samples=1", "--quiet"});
    }
    words.push_back("--threads=" + std::to_string(threads_each_));
    job.child = std::make_unique<Child>(words);
    under_way_.push_back(std::move(job));
  }

  // What has ended?
  void look() {
    for (std::size_t i = 0; i < under_way_.size();) {
      if (!under_way_[i].child->ended()) {
        ++i;
        continue;
      }
      Job job = std::move(under_way_[i]);
      under_way_.erase(under_way_.begin() + static_cast<std::ptrdiff_t>(i));
      go_on(std::move(job));
    }
  }

  // After a program has ended: with the next of its run.
  void go_on(Job job) {
    const int code = job.child->exit_code();
    if (asked_ && code != exit_code::done) return;
    const std::string why = job.child->complaint();
    if (code == exit_code::bad_data && job.does == Next::train && !data_differ(runs_))
      throw DataError(why);
    if (code != exit_code::done) return fail(job, why, code);
    const Next next = next_of(path_of(job.run));
    if (next == Next::nothing) return tell(job);
    if (asked_) return;
    if (next == job.does)
      return fail(job, "it left its work undone; was its folder changed?", exit_code::failed);
    job.does = next;
    start(std::move(job));
  }

  void fail(const Job& job, const std::string& why, int code) {
    failed_.push_back({runs_[job.run].name, why, code});
    progress_.print(fmt::format("{}: failed: {}", runs_[job.run].name, why));
  }

  void tell(const Job& job) {
    ++done_;
    progress_.print(fmt::format("{}  {:.1f} s  ({} of {})", runs_[job.run].name,
                                seconds_now() - job.begin, before_ + done_, runs_.size()));
  }

  void show() {
    if (!progress_.due()) return;
    std::string line = fmt::format("{} of {} runs done, under way:", before_ + done_, runs_.size());
    for (const Job& job : under_way_) line += " " + runs_[job.run].name;
    if (done_ > 0)
      line += fmt::format("  {:.0f} s left", (seconds_now() - begin_) *
                                                 static_cast<double>(waiting_.size() - done_) /
                                                 static_cast<double>(done_));
    progress_.show(line);
  }

  const std::vector<PlannedRun>& runs_;
  const std::string folder_;
  Progress& progress_;
  const std::string trainer_, judge_;
  const double begin_ = seconds_now();
  std::vector<std::size_t> waiting_;
  std::size_t before_ = 0, slots_ = 0, started_ = 0, done_ = 0;
  std::int64_t threads_each_ = 1;
  bool asked_ = false;
  std::vector<Job> under_way_;
  std::vector<FailedRun> failed_;
};

}  // namespace

std::vector<FailedRun> do_runs(const std::vector<PlannedRun>& runs, const std::string& folder,
                               std::int64_t threads, Progress& progress) {
  return Runs(runs, folder, threads, progress).finish();
}

}  // namespace ebb::tools
