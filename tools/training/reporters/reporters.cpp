#include <tools/training/reporters/reporters.hpp>

namespace ebb::tools {

Reporters all_reporters(const Run& run, Progress& progress) {
  Reporters all;
  all.push_back(report_config(run));
  all.push_back(report_pictures(run, progress));
  all.push_back(report_history(run));
  if (run.options.tensorboard) all.push_back(report_events(run));
  all.push_back(report_scores(run));
  all.push_back(report_weights(run));
  all.push_back(report_metrics(run));
  all.push_back(report_to_terminal(run, progress));
  return all;
}

}  // namespace ebb::tools
