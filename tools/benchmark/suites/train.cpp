// Seconds of an epoch as tools/train runs it, against the same by hand, the machine's roof and
// other frameworks.
#include <fmt/format.h>
#include <stdlib.h>

#include <map>
#include <nn/data/idx.hpp>
#include <tools/benchmark/peers/twins.hpp>
#include <tools/benchmark/places.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/suites.hpp>
#include <tools/benchmark/suites/training.hpp>
#include <tuple>

namespace ebb::tools::benchmark {
namespace {

struct Task {
  Model model;
  std::int64_t batch;
};
const Task tasks[] = {{Model::ae, 32}, {Model::ae, 128}, {Model::vae, 128}};

// Products at the peak, and Adam's 28 bytes per weight (it reads four numbers and writes three) at
// the bandwidth of the level where its four arrays lie.
double roof_seconds(const Context& context, const Task& task, std::int64_t images) {
  const Peak& roof = peak(context);
  const std::int64_t weights = parameters_of(task.model);
  const std::int64_t steps = (images + task.batch - 1) / task.batch;
  const Level& level = roof.level_of(16 * weights, context.threads);
  return static_cast<double>(flop_of(task.model, images)) / roof.gflops * 1e-9 +
         static_cast<double>(28 * weights * steps) / level.best() * 1e-9;
}

// One epoch each in turn. The first round does not count for what begins in this process: the
// frameworks leave out their first epoch themselves.
std::vector<Timing> measure_epochs(const Context& context, const Task& task,
                                   const ebb::nn::ImageDataset& images,
                                   const std::vector<Twin>& twins) {
  const ebb::nn::Loader loader(images, {.batch_size = task.batch, .seed = 1});
  Training training(task.model);
  BareTraining bare(training, task.batch);
  std::vector<Way> ways = {way("by hand", [&] { bare.epoch(images); }),
                           way("tools/train", [&] { training.epoch(loader); })};
  for (const Way& each : ways) each.calls(1);
  for (const Twin& twin : twins)
    ways.push_back({twin.name, [&](std::int64_t) {
                      return best_epoch(twin, task.model, task.batch, context.threads,
                                        context.options.quick ? 1 : 3);
                    }});
  const std::size_t rounds = context.options.quick ? 1 : 3;
  std::vector<std::vector<double>> seconds(ways.size());
  for (std::size_t round = 0; round < rounds; ++round)
    for (std::size_t turn = 0; turn < ways.size(); ++turn) {
      const std::size_t i = (turn + round) % ways.size();
      seconds[i].push_back(ways[i].calls(1));
    }
  std::vector<Timing> timings;
  for (const std::vector<double>& each : seconds)
    timings.push_back({*std::min_element(each.begin(), each.end()), median(each)});
  return timings;
}

// "two threads over one", where both are measured in one run.
void note_speed_up(Context& context, const std::string& data, const Task& task, double seconds) {
  static std::map<std::tuple<std::string, Model, std::int64_t>, double> alone;
  const auto key = std::tuple(data, task.model, task.batch);
  if (context.threads == 1) alone[key] = seconds;
  if (context.threads == 1 || !alone.contains(key)) return;
  const std::string name = fmt::format("{} {}", name_of(task.model), task.batch);
  context.report.note(
      name + " over one thread", alone[key] / seconds,
      fmt::format("{}: {:.2f} times as fast as on one thread", name, alone[key] / seconds));
}

void report_epochs(Context& context, const std::string& data, const ebb::nn::ImageDataset& images,
                   const std::vector<Twin>& twins) {
  std::vector<Column> columns = {{"model", 0, 6},     {"batch", 0, 6},      {"by hand s", 3},
                                 {"median s", 3},     {"tools/train s", 3}, {"median s ", 3},
                                 {"ratio", 3},        {"median ratio", 3},  {"roof s", 3},
                                 {"share of roof", 2}};
  for (const Twin& twin : twins) {
    columns.push_back({twin.name + " s", 3});
    columns.push_back({twin.name + "/train", 2});
  }
  context.report.begin_table(
      fmt::format("seconds per epoch of {} images of {}", images.count(), data), columns);
  std::vector<double> seconds;
  for (const Task& task : tasks) {
    const std::vector<Timing> times = measure_epochs(context, task, images, twins);
    const double roof = roof_seconds(context, task, images.count());
    std::vector<Cell> cells;
    cells.emplace_back(std::string(name_of(task.model)));
    cells.emplace_back(task.batch);
    for (double value : {times[0].minimum, times[0].median, times[1].minimum, times[1].median,
                         times[1].minimum / times[0].minimum, times[1].median / times[0].median,
                         roof, roof / times[1].minimum})
      cells.emplace_back(value);
    for (std::size_t i = 2; i < times.size(); ++i) {
      cells.emplace_back(times[i].minimum);
      cells.emplace_back(times[i].minimum / times[1].minimum);
    }
    context.report.add(cells);
    seconds.push_back(times[1].minimum);
  }
  for (std::size_t i = 0; i < seconds.size(); ++i)
    note_speed_up(context, data, tasks[i], seconds[i]);
}

}  // namespace

void run_train(Context& context) {
  const std::string folder = context.options.twins.empty()
                                 ? std::string(source_folder) + "/../shared/peers"
                                 : context.options.twins;
  const std::vector<Twin> twins = find_twins(context.options.frameworks, folder);
  const char* data = getenv("EBB_DATA");
  if (data == nullptr && !twins.empty())
    throw UsageError(
        "--frameworks: they train on MNIST; name the folder that holds mnist/ in "
        "EBB_DATA");
  report_epochs(context, "noise", dense_images(context.options.quick ? 300 : 60'000), {});
  if (data == nullptr) return;
  ebb::nn::ImageDataset images = ebb::nn::load_mnist(std::string(data) + "/mnist").train;
  if (context.options.quick) images = images.first(300);
  report_epochs(context, "MNIST", images, twins);
}

}  // namespace ebb::tools::benchmark
