#include <doctest/doctest.h>

#include <nn/parts.hpp>
#include <tests/tools/exporting/records.hpp>
#include <tests/tools/training/small_run.hpp>
#include <tools/exporting/event_file.hpp>

using namespace ebb::tools;

namespace {

// The events but for their times and the first, which names the format: "3 loss/train=0.5 …", with
// the lengths of what is no number.
std::vector<std::string> events_of(const Run& run) {
  std::vector<std::string> lines;
  for (const Fields& event : events_in(read_file(run.folder.path(event_file)))) {
    std::string line = std::to_string(event.count(2) ? event.find(2)->second.number : 0);
    if (!event.count(5)) {
      CHECK(event.find(3)->second.bytes == "brain.Event:2");
      continue;
    }
    for (const auto& entry : fields_of(event.find(5)->second.bytes)) {
      const Fields value = fields_of(entry.second.bytes);
      line += ' ' + value.find(1)->second.bytes;
      if (value.count(2)) line += '=' + std::to_string(value.find(2)->second.as<float>());
      if (value.count(4)) line += " picture";
      if (value.count(5)) line += " spread";
    }
    lines.push_back(line);
  }
  return lines;
}

void tell(Reporter& reporter, std::int64_t epoch) {
  const Metrics train = measured(epoch), test = measured(0.5);
  reporter.epoch({epoch, 3 * epoch, 2, 0.25, train, test});
}

std::string scalars(std::int64_t epoch) {
  return std::to_string(3 * epoch) + " loss/train=" + std::to_string(static_cast<double>(epoch)) +
         " loss/test=0.500000 learning_rate=0.250000 images_per_second=10.000000";
}

}  // namespace

TEST_CASE("events: scalars of every epoch, and of shown ones pictures and how numbers are spread") {
  SmallRun small("vae");
  initialize(small.recipe->model(), {.seed = 1});
  const Run run = small.run();
  const std::unique_ptr<Reporter> reporter = report_events(run);
  reporter->begin({.planned = 6});
  std::string shown;
  for (const auto& [name, parameter] : ebb::nn::Parts(small.recipe->model()).parameters)
    shown += " weights/" + name + " spread";
  shown += " codes spread reconstructions picture samples picture";
  CHECK(events_of(run) == std::vector<std::string>{"0" + shown});
  for (const std::int64_t epoch : {1, 11}) tell(*reporter, epoch);
  CHECK(events_of(run) ==
        std::vector<std::string>{"0" + shown, scalars(1), "3" + shown, scalars(11)});
}

TEST_CASE("events: a run that goes on cuts what it does again, and what was not written whole") {
  SmallRun small("ae");
  initialize(small.recipe->model(), {.seed = 1});
  Run run = small.run();
  const std::unique_ptr<Reporter> whole = report_events(run);
  whole->begin({.planned = 6});
  for (const std::int64_t epoch : {1, 2, 3}) tell(*whole, epoch);
  const std::vector<std::string> expected = events_of(run);
  run.folder.append(event_file, "\x20");
  run.resumes = true;
  const std::unique_ptr<Reporter> again = report_events(run);
  again->begin({.steps = 4, .epochs = 1, .planned = 6});
  CHECK(events_of(run).size() == 3);
  for (const std::int64_t epoch : {2, 3}) tell(*again, epoch);
  CHECK(events_of(run) == expected);
}

TEST_CASE("events: a model without codes and pictures has its weights alone") {
  SmallRun small("classifier");
  initialize(small.recipe->model(), {.seed = 1});
  const Run run = small.run();
  report_events(run)->begin({.planned = 6});
  const std::vector<std::string> events = events_of(run);
  REQUIRE(events.size() == 1);
  CHECK(events[0].find(" weights/") != std::string::npos);
  CHECK(events[0].find("codes") == std::string::npos);
  CHECK(events[0].find("picture") == std::string::npos);
}
