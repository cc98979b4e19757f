// What a program that uses a trained model was asked to do.
#pragma once

#include <optional>
#include <tools/common/options.hpp>

namespace ebb::tools {

struct InferenceOptions {
  std::string task = {};          // "encode", "decode", "export", "sample", "score" or "impute"
  std::string run = {};           // the folder of a run
  std::string codes = {};         // decode: a .npy or .csv file; empty: the codes of examples
  std::string data = {};          // other examples; empty: the run's own data
  std::string part = "test";      // of those; or "train"
  std::string piece = "encoder";  // export: of the model; or "decoder"
  std::string labels = {};        // of the codes; empty: those beside them
  std::string out = {};           // what is written: its ending says in which form
  std::optional<std::int64_t> count = {};  // of samples; none: 64, or as many as a search finds
  std::int64_t columns = 0;                // of a picture; 0: up to 16
  double temperature = 1;                  // of samples
  Choice decoding = {};            // of texts; none: new ones are sampled, codes decoded greedily
  double top_p = 1;                // of sampled texts: which share of the next tokens is drawn from
  std::string from = {}, to = {};  // decode: two texts, between whose codes others lie
  std::int64_t steps = 8;          // decode: how many of those
  std::string table = {};          // impute: a file of rows; empty: the run's own
  std::string missing = {};        // impute: cells to hide there, and to score
  std::int64_t draws = 0;          // impute: tables filled by chance; 0: one of best guesses
  double quantile = 0.99;          // of training scores, beyond which an example is an anomaly
  bool draw = false;               // encode: codes are drawn; sample: so is what is made of them
  std::uint64_t seed = 0;          // of what is drawn
  std::int64_t threads = 0;        // 0: one per core
  bool quiet = false;

  void visit(Options& o);  // those of its task

 private:
  void visit_texts(Options& o);
};

// The first argument names the task. Throws UsageError. Returns nothing after --help or --version,
// which it prints.
std::optional<InferenceOptions> parse_inference_command(int count, const char* const* arguments);

// "tools/encode" where the first argument is "encode"; "ebb-infer" where it is no task.
std::string program_name(int count, const char* const* arguments);

}  // namespace ebb::tools
