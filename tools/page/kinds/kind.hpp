// What a page shows of a kind of examples: images, texts, rows.
#pragma once

#include <tools/page/opened.hpp>

namespace ebb::tools {

// A part of a page that not every kind has: its data, null where this run lacks it, and why then,
// in a sentence.
struct Section {
  std::string name;
  nlohmann::ordered_json data;
  std::string otherwise;
};

// The page's scripts have a twin of each, in web/images, web/texts and web/tables. Where it says
// nothing else, null or nothing stands for what a kind has not.
class PageKind {
 public:
  virtual ~PageKind() = default;
  // Examples as they stand in the page: whole, as the model sees them, or so small that one sees
  // enough.
  virtual nlohmann::ordered_json shown(const nn::Batch& examples, bool whole = false) const;
  // About how many bytes one of them takes there.
  virtual std::int64_t bytes_of_each() const = 0;
  // What is known of some test examples, an entry for each, besides their scores.
  virtual nlohmann::ordered_json details(const OpenedRun& run,
                                         const std::vector<std::int64_t>& indices) const;
  // New examples, by the run's seed, as "examples", and whatever else is known of them.
  virtual nlohmann::ordered_json samples(const OpenedRun& run) const;
  // Parts of the page that it alone has.
  virtual std::vector<Section> sections(const OpenedRun& run) const;
  // The mean of log p of the test examples where it is known: the best that a model can reach.
  virtual nlohmann::ordered_json truth(const OpenedRun& run) const;
};

std::unique_ptr<PageKind> kind_of(const Trained& trained);

}  // namespace ebb::tools
