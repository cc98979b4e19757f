// Who is told of a run. The run must outlive its reporters.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/training/run.hpp>

namespace ebb::tools {

// A line per epoch; on a terminal a live line between them.
std::unique_ptr<Reporter> report_to_terminal(const Run& run, Progress& progress);
// metrics.jsonl: a line per epoch.
std::unique_ptr<Reporter> report_metrics(const Run& run);
// model.safetensors: at the start, after each epoch and at the end. Where writing has taken more
// than a second and a twentieth of the run so far, because epochs are short, it skips epochs.
std::unique_ptr<Reporter> report_weights(const Run& run);
// reconstructions.png and samples.png, at the end: where examples are images, and the model can
// make them.
std::unique_ptr<Reporter> report_pictures(const Run& run, Progress& progress);
// samples.txt and reconstructions.txt, at the end: where examples are texts.
std::unique_ptr<Reporter> report_texts(const Run& run, Progress& progress);
// config.json: at the start, where the run is not finished yet, and at the end.
std::unique_ptr<Reporter> report_config(const Run& run);

// All of them. config.json comes first. The end is told in the opposite order, so it is written
// last: it says whether the run finished.
Reporters all_reporters(const Run& run, Progress& progress);

}  // namespace ebb::tools
