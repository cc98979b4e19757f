#include <fmt/format.h>

#include <algorithm>
#include <autograd/elementwise.hpp>
#include <models/tables/table_autoencoder.hpp>
#include <nn/distributions.hpp>
#include <tensor/makers.hpp>
#include <tools/training/options.hpp>
#include <tools/training/recipes/images.hpp>
#include <tools/training/sources.hpp>

namespace ebb::tools {

namespace {

// Rows of tables: numbers and words, some missing.
class TableRecipe final : public Recipe {
 public:
  const char* name() const override { return "table"; }
  const char* summary() const override { return "variational autoencoder of rows of a table"; }
  TrainOptions defaults() const override {
    TrainOptions options;
    options.drawn = drawn_rows;
    options.batch_size = 32;
    options.epochs = 200;
    return options;
  }

  void visit(Options& o) override {
    visit_widths(o, options_.hidden);
    o("latent", options_.latent, "width of the code", {1, widest});
    o("samples", options_.samples, "draws of the code for each row, of the IWAE's bound",
      {1, 10'000});
    o("hide", options_.hide, "part of the rows of which a step hides cells", {0, 1});
  }

  void build(const nn::Examples& examples) override {
    const auto* const table = std::get_if<nn::TableExample>(&examples.kind);
    if (!table)
      throw UsageError("model: table learns from rows; try --data table.csv, or no --data");
    columns_ = table->columns;
    const bool seen = std::any_of(columns_.begin(), columns_.end(), [](const nn::Column& column) {
      return column.seen > 0 && column.kind != nn::ColumnKind::ignored;
    });
    if (!seen) throw DataError("data: no column of the table has anything to learn; try --kinds");
    model_ = std::make_unique<models::TableAutoencoder>(*table, options_);
  }

  void meet(const nn::SharedDataset& train, std::uint64_t seed) override {
    const std::int64_t count = std::min(train->count(), rows_to_begin_with());
    Random random = Random{seed}.fork("factors");
    model_->begin(train->gather(nn::indices_between(0, count)), random);
  }

  nn::Module& model() override { return *model_; }
  const models::TableAutoencoder* table() const override { return model_.get(); }

  Variable loss(const nn::Batch& batch, nn::Pass& pass, Metrics& metrics) const override {
    const models::TableLoss terms = model_->loss(batch, pass);
    metrics.add("loss", terms.loss.item(), batch.inputs.size(0));
    metrics.add("reconstruction", terms.reconstruction);
    metrics.add("kl", terms.kl);
    metrics.add("elbo", -(terms.reconstruction.value() + terms.kl.value()));
    return terms.loss;
  }

  Json describe() const override {
    const std::string loss =
        options_.samples > 1 ? "-log(1/K sum of p(x|z) p(z) / q(z|x))" : "reconstruction + kl";
    return {{"loss", loss}, {"units", "nats per row, of the cells that are known"}};
  }

  Claim claim() const override {
    const bool discrete = std::all_of(columns_.begin(), columns_.end(), [](const nn::Column& c) {
      return c.kind == nn::ColumnKind::ignored || c.is_discrete();
    });
    return discrete ? Claim::probability : Claim::density;
  }
  std::string likelihood() const override { return "by column"; }

  Terms bound(const nn::Batch& batch, std::int64_t samples, nn::Pass& pass) const override {
    if (samples > 1) {
      const Variable weights = model_->log_weights(model_->cells(batch), samples, pass);
      return {nn::importance_bound(weights), {}, {}, weights};
    }
    const models::TableLoss terms = model_->loss(batch, pass);
    return {-(terms.reconstruction + terms.kl), terms.reconstruction, terms.kl};
  }
  Variable encode(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(model_->cells(batch)).mean();
  }
  Variable draw_codes(const nn::Batch& batch, nn::Pass& pass) const override {
    return model_->encode(model_->cells(batch)).sample(pass.noise);
  }
  Variable divergences(const nn::Batch& batch, nn::Pass&) const override {
    return model_->encode(model_->cells(batch)).divergence();
  }
  nn::Batch decode(const Variable& codes, nn::Pass&, const Tensor&) const override {
    return {.inputs = model_->decode(codes)};
  }
  nn::Batch sample(std::int64_t count, const SampleOptions& options,
                   nn::Pass& pass) const override {
    const Tensor codes = options.temperature * randn({count, model_->latent()}, pass.noise);
    return {.inputs = options.mean ? model_->decode(codes) : model_->draw(codes, pass.noise)};
  }

 private:
  // Some thousands: fewer where rows have many features.
  std::int64_t rows_to_begin_with() const {
    const std::int64_t width = model_->likelihoods.groups().features;
    return std::max<std::int64_t>(200, 200'000 / width);
  }

  models::TableAutoencoderOptions options_;
  std::vector<nn::Column> columns_;
  std::unique_ptr<models::TableAutoencoder> model_;
};

}  // namespace

std::unique_ptr<Recipe> table_autoencoder() { return std::make_unique<TableRecipe>(); }

}  // namespace ebb::tools
