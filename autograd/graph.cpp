#include <autograd/graph.hpp>
#include <map>

namespace ebb {

std::string print_graph(const Variable& y) {
  if (!y.wants_gradient()) return text("constant ", y.shape(), "\n");
  std::map<std::uint64_t, const Node*, std::greater<>> nodes;  // the latest first
  nodes[y.node()->id] = y.node().get();
  for (const auto& [id, node] : nodes)  // inputs are older: the loop still comes to them
    for (const Edge& edge : node->edges) nodes[edge.input->id] = edge.input.get();
  std::map<std::uint64_t, std::size_t> numbers;
  for (auto at = nodes.rbegin(); at != nodes.rend(); ++at)
    numbers.emplace(at->first, numbers.size() + 1);
  std::string lines;
  for (const auto& [id, node] : nodes) {
    append(lines, text('#', numbers.at(id), ' ', node->name, ' ', node->shape));
    if (!node->edges.empty()) lines += " <-";
    for (const Edge& edge : node->edges) append(lines, text(" #", numbers.at(edge.input->id)));
    lines += node->freed ? " (freed)\n" : "\n";
  }
  return lines;
}

}  // namespace ebb
