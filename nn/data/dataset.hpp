// What a dataset is: examples that can be asked for by number, in any order. All that a Loader
// needs; a class of your own that has its first three functions is as good as those here.
#pragma once

#include <concepts>
#include <cstdint>
#include <memory>
#include <nn/data/column.hpp>
#include <span>
#include <tensor/tensor.hpp>
#include <utility>
#include <variant>
#include <vector>

namespace ebb::nn {

// Some examples side by side; the first axis counts them. What a kind of data lacks, a mask say,
// has no value (count() == 0).
struct [[nodiscard]] Batch {
  Tensor inputs = {};   // [n, …]
  Tensor targets = {};  // [n, …]: labels (int32) or numbers
  Tensor mask = {};     // in the shape of inputs: 1 where an element is known, else 0
  Tensor lengths = {};  // [n], int32: how much of each input counts, where inputs differ in length
};

class Vocabulary;  // nn/data/text/vocabulary.hpp

// The kinds of examples. Another kind is another struct. That of rows stands in
// nn/data/column.hpp.
struct ArrayExample {
  Shape inputs;
  Shape targets = {0};  // [0]: none
  friend bool operator==(const ArrayExample&, const ArrayExample&) = default;
};
struct ImageExample {  // bytes in memory, floats in [0, 1] in a batch
  std::int64_t channels = 1, height = 0, width = 0;
  friend bool operator==(const ImageExample&, const ImageExample&) = default;
};
struct TextExample {  // tokens, as many as an example has
  std::shared_ptr<const Vocabulary> vocabulary;
  std::int64_t longest = 0;  // tokens of an example, without its end
  friend bool operator==(const TextExample& a, const TextExample& b);
};

// What all examples of a dataset have in common: enough to build a model for them.
struct [[nodiscard]] Examples {
  std::variant<ArrayExample, ImageExample, TextExample, TableExample> kind;
  std::int64_t classes = 0;  // the targets are labels 0 … classes - 1; 0: no labels

  // Of one input: a batch holds [n, shape…]; of text the longest that it may hold.
  Shape shape() const;
  friend bool operator==(const Examples&, const Examples&) = default;
};

class Dataset {
 public:
  virtual ~Dataset() = default;
  virtual std::int64_t count() const = 0;
  // The examples with these numbers, in this order, as new tensors; repeats are allowed. Any
  // thread may call it. Throws Error for a number outside [0, count).
  virtual Batch gather(std::span<const std::int64_t> indices) const = 0;
  virtual Examples examples() const = 0;
  // How long each example is, where they differ: a Loader puts those together that are nearly as
  // long. Empty: all are alike.
  virtual std::vector<std::int32_t> lengths() const { return {}; }
};

// A dataset in shared ownership. Loaders and splits keep one, so it lives as long as they do. Any
// dataset converts to one, by a move or a copy. The datasets here are handles, so a copy is cheap;
// pass one that is expensive to copy in a std::shared_ptr. Throws Error for a null pointer.
class SharedDataset final {
 public:
  template <std::derived_from<Dataset> Kind>
  requires(!std::is_abstract_v<Kind>) SharedDataset(Kind dataset)
      : dataset_(std::make_shared<const Kind>(std::move(dataset))) {}
  template <std::derived_from<Dataset> Kind>
  SharedDataset(std::shared_ptr<Kind> dataset) : dataset_(std::move(dataset)) {
    if (!dataset_) refuse_null(dataset_.use_count());
  }

  const Dataset* operator->() const { return dataset_.get(); }
  const Dataset& operator*() const { return *dataset_; }

 private:
  [[noreturn]] static void refuse_null(long owners);
  std::shared_ptr<const Dataset> dataset_;
};

// The numbers from `begin` up to, but without, `end`: of examples to gather, or of a Subset.
[[nodiscard]] std::vector<std::int64_t> indices_between(std::int64_t begin, std::int64_t end);

namespace detail {
// Throws Error that names the operation unless all indices are in [0, count).
void check_indices(const char* operation, std::span<const std::int64_t> indices,
                   std::int64_t count);
}  // namespace detail

}  // namespace ebb::nn
