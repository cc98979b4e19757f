// Seconds of an epoch as tools/train runs it, against the same by hand, the machine's roof and
// other frameworks.
#include <stdlib.h>

#include <map>
#include <nn/data/idx.hpp>
#include <tensor/machine/thread_choice.hpp>
#include <tensor/shape.hpp>
#include <tools/benchmark/peers/twin.hpp>
#include <tools/benchmark/suites/peak.hpp>
#include <tools/benchmark/suites/training.hpp>

namespace ebb::tools::benchmark {
namespace {

struct Epoch {
  Model model;
  std::int64_t batch;
};
const Epoch all_epochs[] = {{Model::ae, 32}, {Model::ae, 128}, {Model::vae, 128}};

// Products at the peak, and Adam's 28 bytes per weight (it reads four numbers and writes three) at
// the bandwidth of the level where its four arrays lie.
double roof_seconds(const Context& context, const Epoch& epoch, std::int64_t images) {
  const Peak& roof = peak(context);
  const Needs needs = needs_of(epoch.model);
  const std::int64_t weights = needs.parameters, steps = divide_up(images, epoch.batch);
  const Level& level = roof.level_of(16 * weights, context.threads);
  return static_cast<double>(images * needs.flop) / roof.gflops * 1e-9 +
         static_cast<double>(28 * weights * steps) / level.best() * 1e-9;
}

// One epoch each in turn; the first one, in which things begin, does not count.
std::vector<Timing> measure_epochs(const Context& context, const Epoch& epoch,
                                   const nn::ImageDataset& images, const std::vector<Twin>& twins) {
  const nn::Loader loader(images, {.batch_size = epoch.batch, .seed = 1});
  Training training(epoch.model);
  const auto bare = bare::by_hand(training.model(), epoch.batch);
  const auto run_tools_train = [&](std::int64_t number) {
    ThreadChoice choice;
    for (const nn::Batch& batch : loader.epoch(number)) {
      const double begin = seconds_now();
      training.step(batch.inputs);
      choice.note(seconds_now() - begin);
    }
  };
  std::vector<Way> ways = {way("by hand", [&, i = 0]() mutable { run_epoch(*bare, loader, i++); }),
                           way("tools/train", [&, i = 0]() mutable { run_tools_train(i++); })};
  const int rounds = context.options.quick ? 1 : 3;
  for (const Twin& twin : twins)
    ways.push_back({twin.name, [&](std::int64_t) {
                      return ask(twin,
                                 {name_of(epoch.model), std::to_string(epoch.batch),
                                  std::to_string(context.threads), std::to_string(rounds)},
                                 "best");
                    }});
  return measure(ways, {.rounds = rounds, .seconds = 0, .longest_call = 3600});
}

// How much faster than on one thread, where both are measured in one run.
void note_speed_up(Context& context, const std::string& data, const Epoch& epoch, double seconds) {
  static std::map<std::string, double> alone;
  const std::string name = fmt::format("{} {}", name_of(epoch.model), epoch.batch);
  if (context.threads == 1) alone[data + name] = seconds;
  if (context.threads == 1 || !alone.contains(data + name)) return;
  const double ratio = alone[data + name] / seconds;
  context.report.note(name + " over one thread", ratio,
                      fmt::format("{}: {:.2f} times as fast as on one thread", name, ratio));
}

void report_epochs(Context& context, const std::string& data, const nn::ImageDataset& images,
                   const std::vector<Twin>& twins) {
  Columns columns = {"model",           "batch",       "by hand s:3",   "median s:3",
                     "tools/train s:3", "median s :3", "most s:3",      "ratio:3",
                     "median ratio:3",  "roof s:3",    "share of roof", "ping ns:0"};
  for (const Twin& twin : twins)
    columns.insert(columns.end(), {twin.name + " s:3", twin.name + "/train"});
  context.report.begin_table(
      fmt::format("seconds per epoch of {} images of {}", images.count(), data), columns);
  std::vector<double> seconds;
  for (const Epoch& epoch : all_epochs) {
    const std::vector<Timing> times = measure_epochs(context, epoch, images, twins);
    const Timing &hand = times[0], &ours = times[1];
    const double roof = roof_seconds(context, epoch, images.count());
    std::vector<Cell> line = {name_of(epoch.model), epoch.batch};
    line.insert(line.end(), {hand.minimum, hand.median, ours.minimum, ours.median, ours.maximum,
                             ours.minimum / hand.minimum, ours.median / hand.median, roof,
                             roof / ours.minimum, 1e9 * round_trip(context)});
    for (std::size_t i = 2; i < times.size(); ++i)
      line.insert(line.end(), {times[i].minimum, times[i].minimum / ours.minimum});
    context.report.add(line);
    seconds.push_back(ours.minimum);
  }
  for (std::size_t i = 0; i < seconds.size(); ++i)
    note_speed_up(context, data, all_epochs[i], seconds[i]);
}

}  // namespace

void run_train(Context& context) {
  const std::vector<Twin> twins = find_twins(context.options, "", "_peer.py");
  const char* data = getenv("EBB_DATA");
  if (data == nullptr && !twins.empty())
    throw UsageError(
        "--frameworks: they train on MNIST; name the folder that holds mnist/ in EBB_DATA");
  report_epochs(context, "noise", dense_images(context.options.quick ? 300 : 60'000), {});
  if (data == nullptr) return;
  nn::ImageDataset images = nn::load_mnist(std::string(data) + "/mnist").train;
  if (context.options.quick) images = images.first(300);
  report_epochs(context, "MNIST", images, twins);
}

}  // namespace ebb::tools::benchmark
