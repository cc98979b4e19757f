// What every training run can be told, whichever its model.
#pragma once

#include <memory>
#include <nn/data/tables/read_table.hpp>
#include <tools/common/options.hpp>

namespace ebb::nn {
class Vocabulary;  // nn/data/text/vocabulary.hpp
}

namespace ebb::tools {

// What a run without --data learns from, as config.json calls it.
inline constexpr const char* drawn_digits = "drawn digits";
inline constexpr const char* drawn_rows = "drawn rows";
inline constexpr const char* drawn_sentences = "drawn sentences";

// How a text is read.
struct TextChoice {
  Choice vocabulary = {"characters"};
  bool paragraphs = false;
  std::int64_t longest = 1000;                       // tokens of an example
  std::shared_ptr<const nn::Vocabulary> known = {};  // of a model that is there already
};

struct TrainOptions {
  // What says which data: datasets.hpp.
  std::string data;    // a folder or a .npy file; empty: the digits that Ebb draws
  std::string labels;  // of a .npy file; empty: those beside it
  std::string size;    // "32x48", height by width, of a folder's images; empty: they have one size
  bool crop = false, gray = false;
  TextChoice text = {};              // how a text is read
  nn::TableOptions table = {};       // how a table is read
  std::string drawn = drawn_digits;  // where there is no --data; the recipe says which
  std::optional<double> test;        // the part of data without a test set; none: 0.1
  std::string augment = "none";      // "shift,flip": changes of training images

  std::int64_t epochs = 10;
  std::int64_t batch_size = 128;
  double learning_rate = 1e-3;
  std::string schedule = "constant";  // of the learning rate: schedules.hpp
  std::int64_t warm_up = 0;           // steps
  std::string optimizer = "adam";
  std::optional<double> epsilon, weight_decay, momentum;  // none: as the optimizer has them
  std::optional<double> clip_norm;                        // none: gradients are taken as they are
  std::optional<double> average;         // the decay of a mean of the weights; none: no mean
  std::string start = "pytorch";         // or "xavier": nn/layers/xavier.hpp
  std::string init;                      // a file of first weights, or a run's folder; empty: none
  bool init_loose = false;               // that file may lack some, and hold others
  std::optional<double> validation;      // the part of the training examples to select by
  std::string keep = "last";             // or "best": selection.hpp
  std::optional<std::int64_t> patience;  // epochs without a better one; none: to the last epoch
  std::uint64_t seed = 0;
  std::int64_t threads = 0;                // 0: one per core
  std::int64_t limit = 0;                  // training examples; 0: all
  std::string checkpoint_every = "10min";  // or steps: checkpoints/checkpoints.hpp
  std::string out;                         // empty: runs/MODEL-1, -2, …
  bool quiet = false;
  std::string log_format = "text";  // or "json": what is printed
  bool tensorboard = false;         // leaves a file of events, too: reporters/reporters.hpp

  void visit(Options& o);
  void visit_data(Options& o);  // those that say which data
  bool learns_from(const char* kind) const;
  // Fills in what follows from the other options where it was not said: the validation part, and
  // what the optimizer has. Throws UsageError for options that do not go together.
  void settle();
};

}  // namespace ebb::tools
