// How the loops of a recurrent layer go through memory, forward and back. For tensor/ alone.
#pragma once

#include <tensor/machine/isa.hpp>
#include <tensor/machine/parallel.hpp>
#include <tensor/matmul/tasks.hpp>
#include <tensor/sequences/recurrent.hpp>
#include <tensor/views.hpp>

namespace ebb::detail {

constexpr std::int64_t kept_gates = 4;  // of a unit and step: r, z, n, h Wₕₙᵀ + bₕₙ; or i, f, g, o

// What a pass goes through, forward or back. Element [s, t, b, u] of the states is that of state s.
struct Passage {
  explicit Passage(const Recurrence& of)
      : steps(of.x.size(0)),
        batch(of.x.size(1)),
        hidden(of.weight_hh.size(1)),
        states(static_cast<std::int64_t>(of.first.size())),
        gates(states == 1 ? 3 : 4),
        bytes(static_cast<std::int64_t>(size_of(of.x.dtype()))),
        dtype(of.x.dtype()),
        reverse(of.options.reverse) {
    if (of.options.lengths) lengths = of.options.lengths->to_vector<std::int32_t>();
  }

  std::int64_t steps, batch, hidden, states, gates, bytes;
  DType dtype;
  bool reverse;
  std::vector<std::int32_t> lengths;

  std::int64_t step(std::int64_t i) const { return reverse ? steps - 1 - i : i; }
  std::int64_t before(std::int64_t t) const { return reverse ? t + 1 : t; }  // the state's place
  std::int64_t after(std::int64_t t) const { return reverse ? t : t + 1; }
  bool has_step(std::int64_t example, std::int64_t t) const {
    return lengths.empty() || t < lengths[static_cast<std::size_t>(example)];
  }
  char* at(const Tensor& x, std::int64_t element) const {
    return static_cast<char*>(x.raw()) + element * bytes;
  }
  // The units of an example in a tensor [states, steps + 1, batch, hidden].
  char* state(const Tensor& x, std::int64_t s, std::int64_t place, std::int64_t example) const {
    return at(x, ((s * (steps + 1) + place) * batch + example) * hidden);
  }
  std::size_t row() const { return static_cast<std::size_t>(hidden * bytes); }
  Shape shape_of_states() const {
    return states == 1 ? Shape{steps + 1, batch, hidden} : Shape{states, steps + 1, batch, hidden};
  }
};

// Addresses for the loops of tensor/kernels/sequences/gates.hpp, in the order of a formula's
// arguments.
struct Addresses {
  void* list[12];
  int count = 0;
  void add(char* address) { list[count++] = address; }
  void add(const Passage& over, char* first, std::int64_t parts) {
    for (std::int64_t i = 0; i < parts; ++i) add(first + i * over.hidden * over.bytes);
  }
};

template <class Gru, class Lstm>
kernels::GateLoop loop_of(const Passage& over) {
  const auto& loops = kernels_in_use().gates.loops[static_cast<int>(over.dtype)];
  return over.states == 1 ? loops[kernels::AllGates::place<Gru>]
                          : loops[kernels::AllGates::place<Lstm>];
}

// Calls body(example) for all examples, over threads.
template <class Body>
void over_examples(const Passage& over, const Body& body) {
  const std::int64_t least = divide_up(2048, over.hidden + 1);
  parallel_for(over.batch, even_grain(over.batch, least),
               [&](std::int64_t begin, std::int64_t end) {
                 for (std::int64_t example = begin; example < end; ++example) body(example);
               });
}

inline MatrixView rows_at(const void* data, std::int64_t columns) { return {data, columns, 1}; }

inline Tensor as_rows(const Tensor& x) { return reshape(x, {x.size(0) * x.size(1), x.size(2)}); }

}  // namespace ebb::detail
