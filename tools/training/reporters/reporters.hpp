// Who is told of a run. The run must outlive its reporters.
#pragma once

#include <tools/common/progress.hpp>
#include <tools/training/run.hpp>

namespace ebb::tools {

// A line per epoch; on a terminal a live line between them: a bar of the epoch, its loss so far and
// in percent how that has changed since the last epoch (in the first, since its first line), the
// time left of the epoch and of the run, images per second. With --log-format json these events:
// {"event": "start", "model", "parameters", "epochs", "steps", "loss", "units"}, where `steps` are
// of the whole run and the last two say what losses are; {"event": "epoch"} with what metrics.jsonl
// says of it; {"event": "end", "steps", "finished"}; all else is {"event": "note", "text"}, also
// after the end: where the pictures are.
std::unique_ptr<Reporter> report_to_terminal(const Run& run, Progress& progress);
// metrics.jsonl: a line per epoch.
std::unique_ptr<Reporter> report_metrics(const Run& run);
nlohmann::ordered_json line_of(const EpochReport& report);  // of metrics.jsonl
// model.safetensors: at the start, after each epoch and at the end. Where writing has taken more
// than a second and a twentieth of the run so far, because epochs are short, it skips epochs.
std::unique_ptr<Reporter> report_weights(const Run& run);
// reconstructions.png and samples.png, at the end: where examples are images, and the model can
// make them.
std::unique_ptr<Reporter> report_pictures(const Run& run, Progress& progress);
// Where examples are texts. At the beginning, how well n-grams do, beside which the model will be
// seen. At the end samples.txt and probable.txt, which a beam search finds; of an autoencoder
// reconstructions.txt and interpolations.txt, too.
std::unique_ptr<Reporter> report_texts(const Run& run, Progress& progress);
// history/: how pictures became what they are, where examples are images. Before the first
// step (epoch 0), after the epochs that is_shown names, and the last that was told,
// reconstructions-000010.png and samples-000010.png (of epoch 10) hold eight images in a row, as
// png_of_strip has them: the first of the test set as the model makes them again, which
// originals.png shows as they are, and new ones from the same noise each time. A model that makes
// no images of either kind leaves no such files; new ones that are fitted to at the end are not in
// it.
std::unique_ptr<Reporter> report_history(const Run& run);
// Epochs 0 to 10, then 13, 16, 20, 25, 32, 40, 50, 63, 79 and 100, then 158, 251, 398, 631 and
// 1000, and so on with five of each power of ten: 41 of a million. It follows from the number
// alone, so a run that goes on shows the same.
bool is_shown(std::int64_t epoch);
// A file that TensorBoard reads: all metrics of each epoch, with the learning rate, at its last
// step; before the first step and after the epochs that is_shown names pictures, and how weights
// and codes are spread. What a run that goes on does again is cut.
std::unique_ptr<Reporter> report_events(const Run& run);
// training_scores.json, at the end: what tools/score compares with, so that it needs no training
// data (scoring/scores.hpp). The weights must be written before.
std::unique_ptr<Reporter> report_scores(const Run& run);
// config.json: at the start, where the run is not finished yet, and at the end.
std::unique_ptr<Reporter> report_config(const Run& run);

// All of them. config.json comes first. The end is told in the opposite order, so it is written
// last: it says whether the run finished.
Reporters all_reporters(const Run& run, Progress& progress);

}  // namespace ebb::tools
