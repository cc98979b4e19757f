#include <algorithm>
#include <autograd/gradients.hpp>
#include <tensor/compare.hpp>
#include <tensor/elementwise.hpp>
#include <tensor/makers.hpp>
#include <tensor/random.hpp>
#include <tools/exporting/graph.hpp>

namespace ebb::tools {

namespace {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

// What the operations made: a Trace keeps only what came in.
class Results final : Listener {
 public:
  std::vector<Tensor> all;

 private:
  void hear(const Heard& heard) override { all.push_back(heard.value); }
};

// One call of the function, for n examples.
struct Call {
  std::int64_t n;
  std::vector<Trace::Value> values;
  std::vector<Trace::Entry> entries;
  std::vector<Tensor> made;          // by each entry
  std::vector<std::size_t> inputs;   // identities of those that were read, else nowhere
  std::vector<std::size_t> outputs;  // identities
  std::vector<std::string> names;    // of the outputs
};

Tensor some_examples(const GraphInput& input, std::int64_t n) {
  Shape shape = input.shape;
  shape.insert(0, n);
  Random random{static_cast<std::uint64_t>(n)};
  const Tensor x = rand(shape, random);
  return input.classes > 0 ? cast(x * static_cast<double>(input.classes), DType::int32) : x;
}

Call call_with(std::int64_t n, const std::vector<GraphInput>& inputs,
               const std::function<Outputs(const std::vector<Tensor>&)>& function) {
  std::vector<Tensor> given;
  for (const GraphInput& input : inputs) given.push_back(some_examples(input, n));
  const NoGrad constants;
  const Trace trace;
  const Results results;
  const Outputs outputs = function(given);
  Call call = {n, trace.values(), trace.entries(), results.all, {}, {}, {}};
  for (const Tensor& input : given) {
    call.inputs.push_back(nowhere);
    for (std::size_t i = 0; i < call.values.size(); ++i)
      if (call.values[i].given.storage() == input.storage() &&
          call.values[i].shape == input.shape())
        call.inputs.back() = i;
  }
  for (const auto& [name, value] : outputs) {
    call.names.push_back(name);
    call.outputs.push_back(trace.identity(value));
  }
  return call;
}

[[noreturn]] void refuse_graph(const std::string& what) {
  throw Error("export: " + what +
              "; try to compute all that depends on the inputs by operations on Variables");
}

std::vector<std::int64_t> counted_from_first(std::vector<std::int64_t> axes, int rank) {
  for (std::int64_t& axis : axes) axis = axis < 0 ? axis + rank : axis;
  return axes;
}

// Makes the graph of two calls.
class Maker {
 public:
  Maker(const Call& two, const Call& three) : a_(two), b_(three) {
    const bool same = std::equal(a_.entries.begin(), a_.entries.end(), b_.entries.begin(),
                                 b_.entries.end(), [](const auto& one, const auto& other) {
                                   return one.name == other.name && one.inputs == other.inputs;
                                 });
    if (!same || a_.inputs != b_.inputs || a_.outputs != b_.outputs)
      refuse_graph("other inputs lead to other operations or numbers");
    maker_.resize(a_.values.size(), nowhere);
    depends_.resize(a_.values.size());
    needed_.resize(a_.values.size());
    place_.resize(a_.values.size(), nowhere);
    for (std::size_t i = 0; i < a_.entries.size(); ++i) maker_[a_.entries[i].output] = i;
  }

  Graph make(const std::vector<GraphInput>& inputs) {
    mark();
    for (std::size_t i = 0; i < inputs.size(); ++i)
      if (const std::size_t value = a_.inputs[i]; value != nowhere && needed_[value]) {
        graph_.inputs.push_back(add(value));
        graph_.values.back().name = inputs[i].name;
      }
    for (std::size_t i = 0; i < a_.entries.size(); ++i)
      if (const std::size_t made = a_.entries[i].output; needed_[made] && depends_[made]) append(i);
    for (std::size_t i = 0; i < a_.outputs.size(); ++i)
      graph_.outputs.push_back({a_.names[i], place_of(a_.outputs[i])});
    return std::move(graph_);
  }

 private:
  // What depends on the inputs, and what the outputs need.
  void mark() {
    for (const std::size_t input : a_.inputs)
      if (input != nowhere) depends_[input] = true;
    for (const Trace::Entry& entry : a_.entries)
      for (const auto& input : entry.inputs)
        if (const auto* value = std::get_if<std::size_t>(&input); value && depends_[*value])
          depends_[entry.output] = true;
    for (const std::size_t output : a_.outputs) needed_[output] = true;
    for (auto entry = a_.entries.rbegin(); entry != a_.entries.rend(); ++entry)
      for (const auto& input : entry->inputs)
        if (const auto* value = std::get_if<std::size_t>(&input);
            value && needed_[entry->output] && depends_[entry->output])
          needed_[*value] = true;
  }

  std::vector<std::int64_t> shape_of(std::size_t value) const {
    const Shape &a = a_.values[value].shape, &b = b_.values[value].shape;
    std::vector<std::int64_t> shape(a.begin(), a.end());
    if (a.rank() != b.rank()) refuse_graph("other inputs lead to other shapes");
    for (int axis = 0; axis < a.rank(); ++axis) {
      if (a[axis] == b[axis]) continue;
      if (a[axis] != a_.n || b[axis] != b_.n)
        refuse_graph(text("n examples lead to the shapes ", a, " and ", b));
      shape[static_cast<std::size_t>(axis)] = Graph::batch;
    }
    return shape;
  }

  // A new value of the graph. Its place.
  std::size_t add(std::size_t value) {
    const Trace::Value& known = a_.values[value];
    graph_.values.push_back({shape_of(value), known.dtype, known.name});
    return place_[value] = graph_.values.size() - 1;
  }

  Tensor constant(const Call& call, std::size_t value) const {
    return maker_[value] == nowhere ? call.values[value].given : call.made[maker_[value]];
  }

  std::size_t place_of(std::size_t value) {
    if (place_[value] != nowhere) return place_[value];
    const Tensor x = constant(a_, value), other = constant(b_, value);
    const bool same = x.storage() == other.storage() && x.offset() == other.offset();
    if (x.shape() != other.shape() || (!same && !equal(x, other)))
      refuse_graph(text("a constant ", x.shape(), " depends on the inputs"));
    const std::size_t place = add(value);
    graph_.values[place].constant = x;
    return place;
  }

  std::size_t place_of(double number, DType dtype) {
    graph_.values.push_back({{}, dtype, "", full({}, number, dtype)});
    return graph_.values.size() - 1;
  }

  std::vector<std::size_t> inputs_of(const Trace::Entry& entry) {
    DType dtype = DType::float32;  // of plain numbers: that of the first tensor
    for (auto input = entry.inputs.rbegin(); input != entry.inputs.rend(); ++input)
      if (const auto* value = std::get_if<std::size_t>(&*input)) dtype = a_.values[*value].dtype;
    std::vector<std::size_t> places;
    for (const auto& input : entry.inputs)
      places.push_back(std::holds_alternative<double>(input)
                           ? place_of(std::get<double>(input), dtype)
                           : place_of(std::get<std::size_t>(input)));
    return places;
  }

  void append(std::size_t i) {
    const Trace::Entry& entry = a_.entries[i];
    std::vector<std::size_t> inputs = inputs_of(entry);
    const std::string& name = entry.name;
    const auto order = shape_of(entry.output);
    const int rank = static_cast<int>(graph_.values[inputs[0]].shape.size());
    Graph::Operation operation = {name, {}, std::move(inputs), 0};
    if (name == "reshape" || name == "squeeze" || name == "unsqueeze" || name == "expand") {
      if (graph_.values[operation.inputs[0]].shape == order) {
        place_[entry.output] = operation.inputs[0];
        return;
      }
      if (name != "expand") operation.name = "reshape";
      operation.attributes = {{"shape", order}};
    } else if (name == "transpose" || name == "permute") {
      operation.name = "permute";
      operation.attributes = {{"order", order_of(entry, rank)}};
    } else {
      operation.attributes = attributes_of(i, rank);
    }
    operation.output = add(entry.output);
    graph_.operations.push_back(std::move(operation));
  }

  static std::vector<std::int64_t> order_of(const Trace::Entry& entry, int rank) {
    if (entry.name == "permute")
      return counted_from_first(std::get<std::vector<std::int64_t>>(entry.attributes[0].value),
                                rank);
    std::vector<std::int64_t> order, swapped;
    for (int axis = 0; axis < rank; ++axis) order.push_back(axis);
    for (const auto& attribute : entry.attributes)
      swapped.push_back(std::get<std::int64_t>(attribute.value));
    swapped = counted_from_first(swapped, rank);
    std::swap(order[static_cast<std::size_t>(swapped[0])],
              order[static_cast<std::size_t>(swapped[1])]);
    return order;
  }

  std::vector<Trace::Attribute> attributes_of(std::size_t i, int rank) const {
    const Trace::Entry &entry = a_.entries[i], &other = b_.entries[i];
    std::vector<Trace::Attribute> all = entry.attributes;
    for (std::size_t j = 0; j < all.size(); ++j) {
      Trace::AttributeValue& value = all[j].value;
      if (other.attributes.at(j).value != value)
        refuse_graph(text("the ", all[j].name, " of ", entry.name, " depends on the inputs"));
      if (all[j].name == "axis" && std::get<std::int64_t>(value) < 0)
        value = std::get<std::int64_t>(value) + rank;
      if (all[j].name == "axes")
        value = counted_from_first(std::get<std::vector<std::int64_t>>(value), rank);
    }
    return all;
  }

  const Call &a_, &b_;
  Graph graph_;
  std::vector<std::size_t> maker_;      // the entry that made a value, else nowhere
  std::vector<bool> depends_, needed_;  // by identity
  std::vector<std::size_t> place_;      // in the graph
};

template <class T>
const T& attribute_of(const Graph::Operation& operation, const char* name) {
  for (const Trace::Attribute& attribute : operation.attributes)
    if (attribute.name == name && std::holds_alternative<T>(attribute.value))
      return std::get<T>(attribute.value);
  throw Error(text("export: ", operation.name, " says no ", name));
}

}  // namespace

std::int64_t Graph::Operation::whole(const char* attribute) const {
  return attribute_of<std::int64_t>(*this, attribute);
}
std::vector<std::int64_t> Graph::Operation::list(const char* attribute) const {
  return attribute_of<std::vector<std::int64_t>>(*this, attribute);
}

std::int64_t Graph::weights() const {
  std::int64_t count = 0;
  for (const Value& value : values)
    if (value.constant.rank() > 0) count += value.constant.count();
  return count;
}

Graph graph_of(const std::vector<GraphInput>& inputs,
               const std::function<Outputs(const std::vector<Tensor>&)>& function) {
  const Call two = call_with(2, inputs, function), three = call_with(3, inputs, function);
  return Maker(two, three).make(inputs);
}

}  // namespace ebb::tools
