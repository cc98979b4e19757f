// A run that is opened to make a page of it.
#pragma once

#include <tools/inference/trained.hpp>
#include <tools/page/command.hpp>

namespace ebb::tools {

// The model, and its data where they are still there.
struct OpenedRun {
  std::string folder;
  Trained trained;
  std::optional<Datasets> data = {};
  std::string why_no_data = {};  // where there are none
  // So many of the test examples stand on the page: as asked for, fewer where they are large.
  std::int64_t shown = 0;

  const Recipe& recipe() const { return *trained.recipe; }
  // The test examples, up to the limit, as tools/evaluate sees them. Throws Error where the data
  // are gone.
  PreparedExamples test() const;
  // What is to be said where there are no codes on the page, and where the data are gone.
  std::string why_no_codes() const;
  std::string why_nothing() const;
  // Are its codes drawn from N(0, 1)?
  bool has_normal_prior() const;
};

// Throws DataError where the run itself cannot be read; where its data cannot, why_no_data says so.
OpenedRun open_for_page(const std::string& folder, const ReportOptions& options);

// Some of the examples, in that order; texts are filled up to the longest of them.
nn::Batch chosen(const PreparedExamples& examples, const std::vector<std::int64_t>& indices);

// What the model makes of the codes of a batch, values in [0, 1]; empty where it has no codes that
// it can decode.
Tensor reconstructed(const Recipe& recipe, const nn::Batch& batch);

}  // namespace ebb::tools
