#include <autograd/trace.hpp>
#include <map>

namespace ebb {

Listener::Listener() : before_(std::exchange(detail::scopes.listener, this)) {}
Listener::~Listener() {
  Listener** at = &detail::scopes.listener;
  while (*at != nullptr && *at != this) at = &(*at)->before_;
  if (*at == this) *at = before_;
}

void detail::tell(const Operation& operation, const Tensor& value, Node* node,
                  const std::vector<Input>& inputs) {
  static const std::string nowhere;
  const Node* const derived = scopes.derived;
  const std::string& module = derived ? derived->where : scopes.module ? *scopes.module : nowhere;
  if (node != nullptr) node->where = module;
  const Heard heard = {operation.name, operation.attributes, value, node, inputs, module, derived};
  for (Listener* one = scopes.listener; one != nullptr; one = one->before_) one->hear(heard);
}

namespace {

Trace::AttributeValue kept(const Attribute& attribute) {
  return std::visit(
      [](const auto& value) -> Trace::AttributeValue {
        if constexpr (std::is_same_v<decltype(value), const Attribute::Numbers&>)
          return std::vector(value.begin(), value.end());
        else if constexpr (std::is_same_v<decltype(value), const char* const&>)
          return std::string(value);
        else
          return value;
      },
      attribute.value);
}

// Of a leaf; of an operation `where` is the module that computed it.
std::string path_of(const Node* node) {
  return node != nullptr && std::string_view(node->name) == "leaf" ? node->where : "";
}

}  // namespace

// A storage is not kept alive, but never taken for another one.
struct Trace::Places {
  std::map<std::weak_ptr<Storage>, std::vector<Place>, std::owner_less<>> of;
};

Trace::Trace() : places_(std::make_shared<Places>()) {}

const Trace::Place* Trace::find(const Tensor& x) const {
  const auto at = places_->of.find(x.storage());
  if (at == places_->of.end()) return nullptr;
  for (auto place = at->second.rbegin(); place != at->second.rend(); ++place)
    if (place->offset == x.offset() && place->shape == x.shape() && place->strides == x.strides() &&
        place->dtype == x.dtype())
      return &*place;
  return nullptr;
}

std::size_t Trace::identity(const Tensor& x) const {
  if (const Place* place = find(x)) return place->identity;
  throw Error(text("trace: no operation of it read or made this tensor ", x.shape(),
                   "; try one that the program computed while the trace lived"));
}

std::size_t Trace::add(const Tensor& x, Value value) {
  places_->of[x.storage()].push_back(
      {x.offset(), x.shape(), x.strides(), x.dtype(), values_.size()});
  values_.push_back(std::move(value));
  return values_.size() - 1;
}

void Trace::hear(const Heard& heard) {
  Entry entry = {heard.name, {}, {}, 0, heard.module, heard.derived ? heard.derived->name : ""};
  for (const ebb::Attribute& attribute : heard.attributes)
    entry.attributes.push_back({attribute.name, kept(attribute)});
  for (const Input& input : heard.inputs) {
    if (input.value == nullptr) {
      entry.inputs.emplace_back(input.number);
      continue;
    }
    const Tensor& x = *input.value;
    const Place* known = find(x);
    entry.inputs.emplace_back(known ? known->identity
                                    : add(x, {x.shape(), x.dtype(), x, path_of(input.node)}));
  }
  entry.output = add(heard.value, {heard.value.shape(), heard.value.dtype(), {}, {}});
  entries_.push_back(std::move(entry));
}

namespace {

std::string text_of(const std::vector<std::int64_t>& list) {
  std::string numbers;
  for (const std::int64_t number : list) append(numbers, text(numbers.empty() ? "" : ", ", number));
  return '[' + numbers + ']';
}
template <class T>
std::string text_of(const T& value) {
  return text(value);
}

std::string line_of(const Trace& trace, const Trace::Entry& entry) {
  std::string list;
  const auto comma = [&list] { return list.empty() ? "" : ", "; };
  for (const auto& input : entry.inputs)
    if (const std::size_t* identity = std::get_if<std::size_t>(&input))
      append(list, text(comma(), '#', *identity));
    else
      append(list, text(comma(), std::get<double>(input)));
  for (const auto& [name, value] : entry.attributes)
    append(list, text(comma(), name, '=',
                      std::visit([](const auto& one) { return text_of(one); }, value)));
  std::string line =
      text('#', entry.output, ' ', entry.name, '(', list, ") ", trace.values()[entry.output].shape);
  if (!entry.derivative_of.empty())
    append(line, text("; in the derivative of ", entry.derivative_of));
  if (!entry.module.empty()) append(line, text("; in ", entry.module));
  return line + '\n';
}

}  // namespace

std::string to_string(const Trace& trace) {
  std::string lines;
  std::size_t next = 0;  // the first value without a line
  for (const Trace::Entry& entry : trace.entries()) {
    for (; next < entry.output; ++next) {
      const Trace::Value& value = trace.values()[next];
      append(lines, text('#', next, " given ", value.shape, value.name.empty() ? "" : " ",
                         value.name, '\n'));
    }
    append(lines, line_of(trace, entry));
    next = entry.output + 1;
  }
  return lines;
}

}  // namespace ebb
