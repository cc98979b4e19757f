#include <algorithm>
#include <cmath>
#include <limits>
#include <tensor/error.hpp>
#include <tensor/makers.hpp>
#include <tools/training/metrics.hpp>

namespace ebb::tools {

namespace {
constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
const std::string sums_name = "sums.", counts_name = "counts.", rate_name = "rate";
}  // namespace

double Counts::perplexity() const {
  double all = 0, entropy = 0;
  for (const double count : counts) all += count;
  for (const double count : counts)
    if (count > 0) entropy -= count / all * std::log(count / all);
  return all > 0 ? std::exp(entropy) : 0;
}

double Rate::perplexity() const { return std::exp(per_token()); }

std::int64_t Counts::unused() const { return std::count(counts.begin(), counts.end(), 0.0); }

double Metrics::Sums::mean() const { return sum / static_cast<double>(examples); }

double Metrics::Sums::standard_error() const {
  if (!per_example || examples < 2) return unknown;
  const auto n = static_cast<double>(examples);
  const double variance = (squares - n * mean() * mean()) / (n - 1);
  return std::sqrt((variance < 0 ? 0 : variance) / n);  // rounding may leave less than nothing
}

Metrics::Sums& Metrics::find(const std::string& name) {
  for (Sums& sums : all_)
    if (sums.name == name) return sums;
  all_.push_back({.name = name});
  return all_.back();
}

const Metrics::Sums* Metrics::look_for(const std::string& name) const {
  for (const Sums& sums : all_)
    if (sums.name == name) return &sums;
  return nullptr;
}

void Metrics::add(const std::string& name, const Variable& per_example) {
  Sums& sums = find(name);
  for (const double number : per_example.value().to_vector<float>()) {
    sums.sum += number;
    sums.squares += number * number;
    ++sums.examples;
  }
}

void Metrics::add(const std::string& name, double mean, std::int64_t n) {
  Sums& sums = find(name);
  sums.sum += mean * static_cast<double>(n);
  sums.examples += n;
  sums.per_example = false;
}

void Metrics::count(const std::string& name, const Tensor& times) {
  add_counts(name, cast(times, DType::float64).to_vector<double>());
}

void Metrics::per_token(const Variable& nats, const Tensor& tokens) {
  for (const double number : nats.value().to_vector<float>()) rate_.nats += number;
  for (const double number : cast(tokens, DType::float64).to_vector<double>())
    rate_.tokens += number;
}

void Metrics::add_counts(const std::string& name, const std::vector<double>& times) {
  const auto found = std::find_if(counts_.begin(), counts_.end(),
                                  [&](const Counts& counts) { return counts.name == name; });
  if (found == counts_.end()) return counts_.push_back({name, times});
  for (std::size_t i = 0; i < times.size(); ++i) found->counts[i] += times[i];
}

void Metrics::add(const Metrics& batch) {
  for (const Counts& more : batch.counts_) add_counts(more.name, more.counts);
  rate_.nats += batch.rate_.nats;
  rate_.tokens += batch.rate_.tokens;
  for (const Sums& more : batch.all_) {
    Sums& sums = find(more.name);
    sums.sum += more.sum;
    sums.squares += more.squares;
    sums.examples += more.examples;
    sums.per_example = more.per_example;
  }
}

double Metrics::mean(const std::string& name) const {
  const Sums* const sums = look_for(name);
  return sums ? sums->mean() : unknown;
}

double Metrics::standard_error(const std::string& name) const {
  const Sums* const sums = look_for(name);
  return sums ? sums->standard_error() : unknown;
}

std::int64_t Metrics::examples() const { return all_.empty() ? 0 : all_.front().examples; }

void Metrics::report(const std::string& prefix, nlohmann::ordered_json& line) const {
  for (const Sums& sums : all_) {
    line[prefix + sums.name] = sums.mean();
    if (sums.per_example) line[prefix + sums.name + "_standard_error"] = sums.standard_error();
  }
  for (const Counts& counts : counts_) {
    line[prefix + counts.name + "_perplexity"] = counts.perplexity();
    line[prefix + counts.name + "_unused"] = counts.unused();
  }
  if (rate_.tokens > 0) {
    line[prefix + "nats_per_token"] = rate_.per_token();
    line[prefix + "perplexity"] = rate_.perplexity();
  }
}

nn::NamedTensors Metrics::to_tensors() const {
  nn::NamedTensors tensors;
  for (const Sums& sums : all_) {
    const auto examples = static_cast<double>(sums.examples);
    tensors.emplace_back(
        sums_name + sums.name,
        from_vector(std::vector{sums.sum, sums.squares, examples, sums.per_example ? 1.0 : 0.0}));
  }
  for (const Counts& counts : counts_)
    tensors.emplace_back(counts_name + counts.name, from_vector(counts.counts));
  if (rate_.tokens > 0) tensors.emplace_back(rate_name, from_vector({rate_.nats, rate_.tokens}));
  return tensors;
}

Metrics Metrics::from_tensors(const nn::NamedTensors& tensors) {
  Metrics metrics;
  for (const auto& [name, tensor] : tensors) {
    const bool sums = name.starts_with(sums_name), counts = name.starts_with(counts_name),
               rate = name == rate_name;
    if (!sums && !counts && !rate) continue;
    if (tensor.dtype() != DType::float64 || tensor.shape().rank() != 1 ||
        (sums && tensor.count() != 4) || (rate && tensor.count() != 2))
      throw FormatError(text("metrics: ", name, " is ", tensor.shape(), ' ', tensor.dtype(),
                             ", which holds no metrics; take another checkpoint"));
    const std::vector<double> numbers = tensor.to_vector<double>();
    if (rate)
      metrics.rate_ = {numbers[0], numbers[1]};
    else if (counts)
      metrics.counts_.push_back({name.substr(counts_name.size()), numbers});
    else
      metrics.all_.push_back({name.substr(sums_name.size()), numbers[0], numbers[1],
                              static_cast<std::int64_t>(numbers[2]), numbers[3] != 0});
  }
  return metrics;
}

}  // namespace ebb::tools
