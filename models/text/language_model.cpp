#include <algorithm>
#include <autograd/elementwise.hpp>
#include <autograd/parts.hpp>
#include <autograd/views.hpp>
#include <models/text/language_model.hpp>
#include <nn/distributions.hpp>
#include <nn/pass.hpp>
#include <tensor/makers.hpp>

namespace ebb::models {
namespace {

// Logits that are in memory together where nothing records: more take more memory.
constexpr std::int64_t most_logits = std::int64_t{1} << 22;

const LanguageModelOptions& checked(const LanguageModelOptions& o) {
  for (const std::int64_t number : {o.vocabulary, o.width, o.layers, o.heads, o.longest})
    if (number < 1)
      throw Error(text("language_model: vocabulary ", o.vocabulary, ", width ", o.width, ", ",
                       o.layers, " layers, ", o.heads, " heads, texts of ", o.longest,
                       " tokens; each must be at least 1"));
  if (o.network != "gru" && o.network != "lstm" && o.network != "transformer")
    throw Error(
        text("language_model: no network is called ", o.network, "; try gru, lstm or transformer"));
  return o;
}

std::variant<nn::GRU, nn::LSTM, CausalTransformer> make_network(const LanguageModelOptions& o) {
  const std::int64_t in = o.width + (o.network == "transformer" ? 0 : o.latent);
  const nn::RecurrentLayerOptions recurrent = {
      .layers = o.layers, .batch_first = true, .dropout = o.layers > 1 ? o.dropout : 0};
  if (o.network == "gru") return nn::GRU(in, o.width, recurrent);
  if (o.network == "lstm") return nn::LSTM(in, o.width, recurrent);
  return CausalTransformer({o.longest + 1, o.width, o.layers, o.heads, o.dropout});
}

// The tokens whose mask is 1. `steps` is the length up to the last of them, places are their
// indices in [n, steps] flattened, and rows the text of each.
struct Counted {
  explicit Counted(const Tensor& mask) {
    const std::vector<float> known = mask.to_vector<float>();
    const auto width = static_cast<std::size_t>(mask.size(1));
    std::vector<std::size_t> found;
    std::size_t most = 1;
    for (std::size_t i = 0; i < known.size(); ++i)
      if (known[i] != 0) {
        found.push_back(i);
        most = std::max(most, i % width + 1);
      }
    std::vector<std::int32_t> in_rows, of;
    for (const std::size_t i : found) {
      in_rows.push_back(static_cast<std::int32_t>(i / width * most + i % width));
      of.push_back(static_cast<std::int32_t>(i / width));
    }
    steps = static_cast<std::int64_t>(most);
    places = from_vector(in_rows);
    rows = from_vector(of);
  }
  std::int64_t steps;
  Tensor places, rows;
};

}  // namespace

LanguageModel::LanguageModel(const LanguageModelOptions& o)
    : tokens(checked(o).vocabulary + 1, o.width),
      network(make_network(o)),
      next(o.width, o.vocabulary),
      options_(o),
      dropout_(o.dropout) {
  if (o.latent == 0) return;
  if (o.network == "transformer")
    told.emplace(o.latent, o.width);
  else
    first_state.emplace(o.latent, o.layers * o.width);
}

// Tokens [n, k] as numbers [n, k, …], which say the code, too.
Variable LanguageModel::embedded(const Tensor& before, const Variable& code) const {
  const auto silence = static_cast<double>(options_.vocabulary);
  const Variable x =
      tokens(options_.inputless ? full(before.shape(), silence, DType::int32) : before);
  if (options_.latent == 0) return x;
  const Shape each = {x.size(0), x.size(1), options_.latent};
  if (told) return x + unsqueeze((*told)(code), 1);
  return cat({x, expand(unsqueeze(code, 1), each)}, 2);
}

Variable LanguageModel::features(const Tensor& before, const Variable& code, nn::Pass& pass) const {
  const ReadingState start = begin(before.size(0), code);
  const Variable x = dropout_(embedded(before, code), pass);
  const auto run = [&](const auto& net) -> Variable {
    using Net = std::decay_t<decltype(net)>;
    if constexpr (std::is_same_v<Net, CausalTransformer>)
      return net(x, pass);
    else if constexpr (std::is_same_v<Net, nn::LSTM>)
      return net(x, {.state = start.state, .cell = start.cell}, pass).output;
    else
      return net(x, {.state = start.state}, pass).output;
  };
  return dropout_(std::visit(run, network), pass);
}

Variable LanguageModel::log_probability(const Tensor& texts, const Tensor& mask, nn::Pass& pass,
                                        const Variable& code, const Tensor& heard) const {
  if (texts.rank() != 2 || texts.size(1) < 1 || mask.shape() != texts.shape() ||
      (heard.count() > 0 && heard.shape() != texts.shape()))
    throw ShapeError(text("language_model: tokens ", texts.shape(), ", mask ", mask.shape(),
                          "; both must be [n, steps]"));
  const std::int64_t n = texts.size(0), width = options_.width;
  const auto [steps, places, rows] = Counted(mask);
  const Tensor all = slice(texts, 1, 0, steps);
  const Tensor ends = zeros({n, 1}, DType::int32);
  const Tensor before = cat({ends, slice(heard.count() > 0 ? heard : all, 1, 0, steps - 1)}, 1);
  const Variable y =
      index_select(reshape(features(before, code, pass), {all.count(), width}), 0, places);
  const Tensor labels = index_select(reshape(all, {-1}), 0, places);
  const std::int64_t at_a_time = std::max<std::int64_t>(1, most_logits / options_.vocabulary);
  std::vector<Variable> nats;
  for (std::int64_t begin = 0; begin < labels.size(0); begin += at_a_time) {
    const std::int64_t end = std::min(begin + at_a_time, labels.size(0));
    nats.push_back(nn::Categorical{next(slice(y, 0, begin, end))}.log_probability(
        slice(labels, 0, begin, end)));
  }
  if (nats.empty()) return zeros({n}, y.dtype());
  return index_add(cat(nats), 0, rows, n);
}

ReadingState LanguageModel::begin(std::int64_t n, const Variable& code) const {
  if ((options_.latent > 0) != (code.value().count() > 0 || (n == 0 && options_.latent > 0)))
    throw Error(text("language_model: a code of ", options_.latent, " numbers, and what came has ",
                     code.value().count(), "; try encode"));
  ReadingState begin = {code, {}, {}, {}};
  const Shape states = {options_.layers, n, options_.width};
  const DType dtype = tokens.weight.variable().dtype();
  if (std::holds_alternative<CausalTransformer>(network)) return begin;
  begin.cell = zeros(states, dtype);
  if (!first_state) {
    begin.state = zeros(states, dtype);
    return begin;
  }
  const Variable first = tanh((*first_state)(code));
  begin.state = transpose(reshape(first, {n, options_.layers, options_.width}), 0, 1);
  return begin;
}

Variable LanguageModel::read(const Tensor& token, ReadingState& at) const {
  const Tensor column = unsqueeze(token, 1);
  const auto run = [&](const auto& net) -> Variable {
    using Net = std::decay_t<decltype(net)>;
    if constexpr (std::is_same_v<Net, CausalTransformer>) {
      return net.next(embedded(column, at.code), at.memory);
    } else {
      const Variable x = embedded(column, at.code);
      nn::RecurrentStart start = {.state = at.state};
      if constexpr (std::is_same_v<Net, nn::LSTM>) start.cell = at.cell;
      const auto result = net(x, start);
      at.state = result.state;
      if constexpr (std::is_same_v<Net, nn::LSTM>) at.cell = result.cell;
      return result.output;
    }
  };
  return next(squeeze(std::visit(run, network), 1));
}

void LanguageModel::visit(nn::Visitor& v) {
  v("tokens", tokens);
  v("first_state", first_state);
  v("told", told);
  std::visit([&](auto& net) { v("network", net); }, network);
  v("next", next);
}

}  // namespace ebb::models
