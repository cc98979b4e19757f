#include <autograd/graph.hpp>
#include <map>

namespace ebb {

std::string print_graph(const Variable& y) {
  if (!y.wants_gradient()) return text("constant ", y.shape(), "\n");
  std::map<std::uint64_t, const Node*> nodes;
  std::vector<const Node*> stack = {y.node().get()};
  while (!stack.empty()) {
    const Node* node = stack.back();
    stack.pop_back();
    if (!nodes.emplace(node->id, node).second) continue;
    for (const Edge& edge : node->edges) stack.push_back(edge.input.get());
  }
  std::map<std::uint64_t, std::size_t> numbers;
  for (const auto& [id, node] : nodes) numbers.emplace(id, numbers.size() + 1);
  std::string lines;
  for (auto it = nodes.rbegin(); it != nodes.rend(); ++it) {
    const Node& node = *it->second;
    append(lines, text('#', numbers.at(node.id), ' ', node.name, ' ', node.shape));
    if (!node.edges.empty()) lines += " <-";
    for (const Edge& edge : node.edges) append(lines, text(" #", numbers.at(edge.input->id)));
    lines += node.freed ? " (freed)\n" : "\n";
  }
  return lines;
}

}  // namespace ebb
