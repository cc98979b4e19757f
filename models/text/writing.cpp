#include <algorithm>
#include <autograd/parts.hpp>
#include <models/next_token.hpp>
#include <models/text/writing.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/parts.hpp>
#include <tensor/random.hpp>
#include <tensor/reduce.hpp>
#include <tensor/sort.hpp>
#include <tensor/views.hpp>

namespace ebb::models {
namespace {

constexpr std::int32_t the_end_token = 0;

Variable rows_of(const Variable& x, int axis, const Tensor& rows) {
  return x.value().count() == 0 ? x : Variable(index_select(x.value(), axis, rows));
}

// The readers of these beginnings.
ReadingState chosen(const ReadingState& state, const Tensor& rows) {
  std::vector<nn::AttentionMemory> memory;
  for (const nn::AttentionMemory& layer : state.memory)
    memory.push_back({rows_of(layer.keys, 0, rows), rows_of(layer.values, 0, rows)});
  return {rows_of(state.code, 0, rows), rows_of(state.state, 1, rows), rows_of(state.cell, 1, rows),
          std::move(memory)};
}

struct Beginning {
  std::vector<std::int32_t> tokens;
  double log_probability;
  std::int32_t row;  // of the reader that wrote all but its last token
};

// A row for each text, filled up with ends.
Tensor rows_from(const std::vector<FoundText>& texts) {
  std::size_t width = 1;
  for (const FoundText& one : texts) width = std::max(width, one.tokens.size() + 1);
  std::vector<std::int32_t> tokens(texts.size() * width, the_end_token);
  for (std::size_t row = 0; row < texts.size(); ++row)
    std::copy(texts[row].tokens.begin(), texts[row].tokens.end(),
              tokens.begin() + static_cast<std::ptrdiff_t>(row * width));
  return from_vector(tokens,
                     {static_cast<std::int64_t>(texts.size()), static_cast<std::int64_t>(width)});
}

bool more_probable(const auto& a, const auto& b) { return a.log_probability > b.log_probability; }

// All that a token more makes of beginnings, the most probable first, and no more than `width`.
std::vector<Beginning> continued(const std::vector<Beginning>& all, const Tensor& logits,
                                 std::int64_t width) {
  const Tensor nats = log_softmax(logits);
  const auto found = topk(nats, std::min(width, nats.size(1)), 1);
  const std::vector<double> best = cast(found.values, DType::float64).to_vector<double>();
  const std::vector<std::int32_t> tokens = found.indices.to_vector<std::int32_t>();
  const std::size_t each = best.size() / all.size();
  std::vector<Beginning> next;
  for (std::size_t i = 0; i < best.size(); ++i) {
    const std::size_t row = i / each;
    next.push_back(
        {all[row].tokens, all[row].log_probability + best[i], static_cast<std::int32_t>(row)});
    next.back().tokens.push_back(tokens[i]);
  }
  std::stable_sort(next.begin(), next.end(), more_probable<Beginning, Beginning>);
  next.resize(std::min(next.size(), static_cast<std::size_t>(width)));
  return next;
}

Tensor search(const LanguageModel& model, std::int64_t n, const WritingOptions& options,
              const Variable& codes) {
  const bool coded = codes.value().count() > 0;
  std::vector<FoundText> texts;
  for (std::int64_t row = 0; row < (coded ? n : 1); ++row) {
    const Variable code = coded ? slice(codes, 0, row, row + 1) : codes;
    std::vector<FoundText> found = beam_search(model, options.beam, options.longest, code);
    const auto wanted = static_cast<std::size_t>(coded ? 1 : n);
    if (found.size() > wanted) found.resize(wanted);
    if (found.empty()) {  // none ends in time: the greedy one, cut
      Random none;
      const WritingOptions greedy = {.temperature = 0, .longest = options.longest};
      found.push_back({write(model, 1, none, greedy, code).to_vector<std::int32_t>(), 0});
    }
    texts.insert(texts.end(), found.begin(), found.end());
  }
  return rows_from(texts);
}

}  // namespace

Tensor write(const LanguageModel& model, std::int64_t n, Random& noise,
             const WritingOptions& options, const Variable& codes) {
  if (!(options.temperature >= 0))
    throw Error(text("write: a temperature of ", options.temperature, "; try 1"));
  if (!(options.top_p > 0 && options.top_p <= 1))
    throw Error(text("write: top_p is ", options.top_p, "; it must be above 0 and at most 1"));
  if (options.beam < 0) throw Error(text("write: a beam of ", options.beam, "; try 5, or 0"));
  const NoGrad constants;
  if (options.beam > 0 && n > 0) return search(model, n, options, codes);
  const std::int64_t longest = std::min(options.longest, model.options().longest);
  ReadingState state = model.begin(n, codes);
  Tensor last = zeros({n}, DType::int32), going_on = ones({n}, DType::int32);
  std::vector<Tensor> written;
  for (std::int64_t step = 0; step < longest; ++step) {
    last = next_tokens(model.read(last, state).value(), noise, options.temperature, options.top_p) *
           going_on;
    written.push_back(unsqueeze(last, 1));
    going_on = going_on * cast(last != the_end_token, DType::int32);
    if (n == 0 || amax(going_on, 0).item() == 0) return cat(written, 1);
  }
  written.push_back(zeros({n, 1}, DType::int32));
  return cat(written, 1);
}

std::vector<FoundText> beam_search(const LanguageModel& model, std::int64_t width,
                                   std::int64_t longest, const Variable& code) {
  if (width < 1) throw Error(text("beam_search: ", width, " beginnings at a time; try 5"));
  const NoGrad constants;
  const std::int64_t most = std::min(longest, model.options().longest);
  ReadingState state = model.begin(1, code);
  std::vector<Beginning> open = {{{}, 0, 0}};
  std::vector<FoundText> found;
  Tensor last = zeros({1}, DType::int32);
  for (std::int64_t step = 0; step <= most && !open.empty(); ++step) {
    const std::vector<Beginning> next = continued(open, model.read(last, state).value(), width);
    open.clear();
    std::vector<std::int32_t> rows, tokens;
    for (const Beginning& one : next) {
      if (one.tokens.back() == the_end_token) {
        found.push_back({{one.tokens.begin(), one.tokens.end() - 1}, one.log_probability});
        continue;
      }
      open.push_back(one);
      rows.push_back(one.row);
      tokens.push_back(one.tokens.back());
    }
    std::stable_sort(found.begin(), found.end(), more_probable<FoundText, FoundText>);
    if (static_cast<std::int64_t>(found.size()) > width)
      found.resize(static_cast<std::size_t>(width));
    // What is open only becomes less probable.
    if (open.empty() || (static_cast<std::int64_t>(found.size()) == width &&
                         !more_probable(open.front(), found.back())))
      break;
    state = chosen(state, from_vector(rows));
    last = from_vector(tokens);
  }
  return found;
}

}  // namespace ebb::models
