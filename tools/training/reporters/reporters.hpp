// Who is told of a run. The run must outlive them.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/training/run.hpp>

namespace ebb::tools {

// A line per epoch; on a terminal a live line between them.
std::unique_ptr<Reporter> report_to_terminal(const Run& run, Progress& progress);
// metrics.jsonl: a line per epoch.
std::unique_ptr<Reporter> report_metrics(const Run& run);
// model.safetensors: at the start, after each epoch and at the end. To write it on the disk may
// take longer than a short epoch: where that took more than a second and a twentieth of the run so
// far, it waits for a later one.
std::unique_ptr<Reporter> report_weights(const Run& run);
// reconstructions.png and samples.png, at the end: of images, and as far as the model can.
std::unique_ptr<Reporter> report_pictures(const Run& run, Progress& progress);
// config.json: at the start as of a run under way, at the end as it stays.
std::unique_ptr<Reporter> report_config(const Run& run);

// All of them. config.json comes first, so that at the end, which is told to the last one first, it
// has the last word: whether the run finished.
Reporters all_reporters(const Run& run, Progress& progress);

}  // namespace ebb::tools
