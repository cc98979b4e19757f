#include <cxxabi.h>

#include <algorithm>
#include <cstdlib>
#include <nn/buffer.hpp>
#include <nn/files/printable.hpp>
#include <nn/parts.hpp>
#include <ostream>
#include <typeinfo>

namespace ebb::nn {
namespace {

// "Linear" of "ebb::nn::Linear": what stands before the last ::, that of <> aside, says where.
std::string type_of(const Module& module) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(typeid(module).name(), nullptr, nullptr, &status), &std::free);
  const std::string full = status == 0 ? name.get() : typeid(module).name();
  std::size_t begin = full.size();
  for (int depth = 0; begin > 0; --begin) {
    const char last = full[begin - 1];
    depth += (last == '>') - (last == '<');
    if (depth == 0 && last == ':') break;
  }
  return full.substr(begin);
}

struct Line {
  std::string label, count, remark;
};

struct Totals {
  std::int64_t parameters = 0, frozen = 0, buffers = 0;
};

// What holds numbers: its shape, how many they are, and what is special about it.
Line line_of(const Part& part, const std::string& label, Totals& totals) {
  const Shape& shape = part.shape();
  const bool frozen = part.parameter != nullptr && part.parameter->frozen();
  (part.buffer != nullptr ? totals.buffers : totals.parameters) += shape.count();
  if (frozen) totals.frozen += shape.count();
  return {text(label, ' ', shape), grouped(shape.count()),
          text(part.buffer != nullptr ? "  buffer" : "", frozen ? "  frozen" : "",
               part.has_value() ? "" : "  no numbers yet")};
}

// "50,441 parameters, 4 of them frozen, and 7 numbers in buffers"
std::string sentence(const Totals& totals) {
  std::string line =
      text(grouped(totals.parameters), totals.parameters == 1 ? " parameter" : " parameters");
  if (totals.frozen > 0) append(line, text(", ", grouped(totals.frozen), " of them frozen"));
  if (totals.buffers > 0)
    append(line, text(totals.frozen > 0 ? "," : "", " and ", grouped(totals.buffers),
                      totals.buffers == 1 ? " number" : " numbers", " in buffers"));
  return line;
}

}  // namespace

std::string to_string(const Module& model) {
  const Parts parts(model);
  std::vector<Line> lines;
  std::vector<std::string_view> around = {""};  // the names of the modules around a part, by depth
  Totals totals;
  std::size_t label_width = 0, count_width = 0;
  for (std::size_t i = 0; i < parts.named.size(); ++i) {
    const Part& part = parts.named[i];
    const auto depth = static_cast<std::size_t>(part.depth);
    around.resize(depth + 1);
    const std::string_view outside = around[depth];
    std::string label(2 * depth, ' ');
    label += part.name.substr(outside.empty() ? 0 : outside.size() + 1);
    Line line;
    if (part.first != i) {
      line.label = text(label, ": the same as ", parts.named[part.first].name);
    } else if (part.module != nullptr) {
      line.label = text(label, i == 0 ? "" : ": ", type_of(*part.module));
      around.push_back(part.name);
    } else {
      line = line_of(part, label, totals);
      label_width = std::max(label_width, line.label.size());
      count_width = std::max(count_width, line.count.size());
    }
    lines.push_back(std::move(line));
  }
  std::string tree;
  for (const Line& line : lines) {
    tree += line.label;
    if (!line.count.empty())
      tree +=
          std::string(label_width + count_width + 2 - line.label.size() - line.count.size(), ' ') +
          line.count;
    tree += line.remark + '\n';
  }
  return tree + sentence(totals);
}

std::ostream& operator<<(std::ostream& out, const Module& model) { return out << to_string(model); }

}  // namespace ebb::nn
