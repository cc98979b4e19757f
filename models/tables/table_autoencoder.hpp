// A variational autoencoder of rows: numbers and words side by side, some of them not known.
// (Nazábal et al., "Handling incomplete heterogeneous data using VAEs", Pattern Recognition 2020;
// Mattei and Frellsen, "MIWAE", ICML 2019.)
#pragma once

#include <models/coders.hpp>
#include <models/tables/column_likelihoods.hpp>
#include <models/tables/row_posterior.hpp>
#include <nn/pass.hpp>

namespace ebb::models {

struct TableAutoencoderOptions {
  std::vector<std::int64_t> hidden = {128, 128};
  std::int64_t latent = 16;
  std::int64_t samples = 5;  // draws of z for each row, of the importance-weighted bound
  double hide = 0.2;         // part of the rows of which cells are hidden in a training step
};

// In nats. The lower bound of log p(known cells) is -(reconstruction + kl).
struct [[nodiscard]] TableLoss {
  Variable loss;            // a scalar: what is minimized
  Variable reconstruction;  // [n]
  Variable kl;              // [n], KL(q(z|known cells) || N(0, 1))
};

// z ~ N(0, 1) makes numbers, from which all columns draw their cells independently. The encoder
// sees cells that are known, and which these are, so rows with any cells missing have a code.
// Beside the layers of both, z goes to the numbers and cells to the code in a linear way: the model
// can begin as the factor analysis of its rows, and layers learn what that leaves. Batches are
// those of a table (nn/data/tables/table.hpp); cells without a mask are all known.
class TableAutoencoder final : public nn::Module {
 public:
  TableAutoencoder(const nn::TableExample& table, const TableAutoencoderOptions& options = {});

  // Sets the first weights: those of the factor analysis of such rows.
  void begin(const nn::Batch& rows, Random& random);

  RowPosterior encode(const Cells& cells) const;  // q(z|known cells)
  // The loss hides some cells in a pass that trains: so the model learns to do with fewer.
  TableLoss loss(const nn::Batch& batch, nn::Pass& pass) const;
  // log p(known cells, z) - log q(z|known cells) of K draws, [K, n]; nn::importance_bound makes the
  // bound of MIWAE of it.
  Variable log_weights(const Cells& cells, std::int64_t draws, nn::Pass& pass) const;
  // log p(cell|z) of one draw of z from q(z|known cells), [n, columns]; 0 where a cell is not
  // known.
  Variable cell_log_probabilities(const Cells& cells, nn::Pass& pass) const;
  // Estimates of log p(cell|the other known cells) from K draws, [n, columns]: how little a cell is
  // expected in its row. 0 where it is not known.
  Tensor given_others(const nn::Batch& batch, std::int64_t draws, nn::Pass& pass) const;

  // Rows [n, columns], float64, with cells as their columns hold them.
  Tensor decode(const Variable& codes) const;  // the best guesses
  Tensor draw(const Variable& codes, Random& noise) const;
  // Known cells as they are; in place of each other one the best guess given the known ones, from K
  // draws of the code by their weights: of numbers the mean, of words the most probable.
  Tensor impute(const nn::Batch& batch, std::int64_t draws, nn::Pass& pass) const;
  // The same with a draw of it: codes are drawn again by their weights (importance resampling).
  Tensor impute_by_chance(const nn::Batch& batch, std::int64_t draws, nn::Pass& pass) const;

  Cells cells(const nn::Batch& batch) const { return Cells(likelihoods.groups(), batch); }
  std::int64_t latent() const { return encoder.latent(); }
  void visit(nn::Visitor& v) override {
    v("encoder", encoder), v("decoder", decoder), v("output", output);
    v("likelihoods", likelihoods);
    v("factors", factors);
  }

  TableAutoencoderOptions options;
  ColumnLikelihoods likelihoods;
  Encoder encoder;
  nn::Sequential decoder;
  nn::Linear output;  // of what the decoder makes, and the code behind it
  FactorCoder factors;

 private:
  struct Draws {
    Variable z, log_weights;  // [K, n, latent], [K, n]
    Variable numbers;         // [K, n, numbers]
  };
  Variable numbers(const Variable& z) const;
  Draws draws(const RowPosterior& posterior, const Cells& cells, std::int64_t count,
              nn::Pass& pass) const;
};

}  // namespace ebb::models
