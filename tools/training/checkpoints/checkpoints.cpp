#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <nn/files/io_error.hpp>
#include <nn/files/printable.hpp>
#include <system_error>
#include <tensor/error.hpp>
#include <tensor/machine/parallel.hpp>
#include <tools/common/options.hpp>
#include <tools/exporting/event_file.hpp>
#include <tools/training/checkpoints/checkpoints.hpp>

namespace ebb::tools {

namespace {

namespace files = std::filesystem;

constexpr std::size_t kept = 2;

// On the disk; some file systems cannot say, and nothing is wrong then.
void synchronize(const files::path& path) {
  const nn::Descriptor opened(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (opened.is_open() && ::fsync(opened.number()) != 0 && errno != EINVAL)
    nn::fail_at("write", path, errno);
}

std::string numbered(std::int64_t steps) { return fmt::format("{:06}", steps); }

// The numbers of the checkpoints, largest first. What else lies there is not looked at.
std::vector<std::int64_t> found_in(const files::path& folder) {
  std::vector<std::int64_t> all;
  std::error_code error;
  for (files::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    std::int64_t steps = 0;
    const auto [stop, problem] = std::from_chars(name.data(), name.data() + name.size(), steps);
    if (problem == std::errc() && name == numbered(steps)) all.push_back(steps);
  }
  std::sort(all.rbegin(), all.rend());
  return all;
}

// Under another name first, so that what a killed program leaves is no checkpoint.
void remove(const files::path& folder, std::int64_t steps) {
  const files::path from = folder / numbered(steps), aside = folder / (numbered(steps) + ".part");
  std::error_code ignored;  // it takes room and does no harm
  files::remove_all(aside, ignored);
  files::rename(from, aside, ignored);
  files::remove_all(aside, ignored);
}

}  // namespace

Interval parse_interval(const std::string& words) {
  std::int64_t number = 0;
  const auto [stop, error] = std::from_chars(words.data(), words.data() + words.size(), number);
  const std::string unit = stop;
  const bool fits = error == std::errc() && number >= 1 && number <= 1'000'000'000;
  if (fits && unit.empty()) return {.steps = number};
  for (const auto& [name, seconds] : {std::pair{"s", 1}, {"min", 60}, {"h", 3600}})
    if (fits && unit == name) return {.seconds = static_cast<double>(number) * seconds};
  throw UsageError(
      fmt::format("--checkpoint-every: {} is no number of steps and no time; try 500 or 10min",
                  nn::in_quotes(words)));
}

void Checkpoints::write(Checkpoint checkpoint) {
  wait();
  last_ = checkpoint.steps;
  last_time_ = seconds_now();
  try {
    task_ = std::async(std::launch::async,
                       [this, checkpoint = std::move(checkpoint)] { return save(checkpoint); });
  } catch (const std::system_error&) {  // the system has no thread for it
    task_ = std::async(std::launch::deferred,
                       [this, checkpoint = std::move(checkpoint)] { return save(checkpoint); });
    wait();
  }
}

void Checkpoints::wait() {
  if (task_.valid()) writing_ += task_.get();
}

void Checkpoints::check() {
  if (task_.valid() && task_.wait_for(std::chrono::seconds(0)) == std::future_status::ready) wait();
}

bool Checkpoints::due(std::int64_t steps) const {
  if (interval_.steps > 0) return steps % interval_.steps == 0;
  return seconds_now() - last_time_ >= interval_.seconds && due_after_epoch();
}

bool Checkpoints::due_after_epoch() const {
  return !task_.valid() && writing_ <= 1 + (seconds_now() - begin_) / 50;
}

double Checkpoints::save(const Checkpoint& checkpoint) const {
  const double begin = seconds_now();
  const AloneScope beside_training;
  const files::path folder = folder_.path("checkpoints");
  const files::path place = folder / numbered(checkpoint.steps);
  const files::path aside = place.string() + ".part";
  try {
    files::create_directories(aside);
    nn::write_safetensors(aside / "model.safetensors", checkpoint.model, {.wide_integers = true});
    nn::write_safetensors(aside / "state.safetensors", checkpoint.state);
    // A checkpoint has the lines and the events before it.
    for (const char* growing : {"metrics.jsonl", event_file}) synchronize(folder_.path(growing));
    files::rename(aside, place);
  } catch (const files::filesystem_error& error) {
    std::error_code ignored;
    files::remove_all(aside, ignored);
    nn::fail_at("write", place, error.code().value());
  } catch (...) {
    std::error_code ignored;
    files::remove_all(aside, ignored);
    throw;
  }
  synchronize(folder);
  const std::vector<std::int64_t> all = found_in(folder);
  for (std::size_t i = kept; i < all.size(); ++i) remove(folder, all[i]);
  return seconds_now() - begin;
}

std::vector<std::string> Checkpoints::take_newest(
    const std::function<void(const std::string&)>& take) {
  const files::path all = folder_.path("checkpoints");
  std::vector<std::string> passed_over;
  std::vector<std::int64_t> bad;
  for (const std::int64_t steps : found_in(all)) {
    try {
      take(all / numbered(steps));
      for (const std::int64_t worse : bad) remove(all, worse);
      last_ = steps;
      return passed_over;
    } catch (const MemoryError&) {
      throw;
    } catch (const Error& error) {
      passed_over.push_back(fmt::format("passed over a checkpoint: {}", error.what()));
      bad.push_back(steps);
    }
  }
  if (bad.empty())
    throw FormatError(text("resume: ", nn::printable(folder_.name()),
                           " has no checkpoints; is it the folder of a run of tools/train?"));
  throw FormatError(text("resume: ", nn::printable(folder_.name()),
                         " has no checkpoint that is whole: ", passed_over.front()));
}

}  // namespace ebb::tools
