// Recurrent layers of Variables: the functions of tensor/sequences/recurrent.hpp, recorded.
#pragma once

#include <autograd/joint.hpp>
#include <tensor/sequences/recurrent.hpp>

namespace ebb {

// Each is one node, whatever the number of steps: its rule goes back through all of them with the
// gates that the forward pass kept.
Variable gru(const Variable& x, const Variable& state, const Variable& weight_ih,
             const Variable& weight_hh, const Variable& bias_ih, const Variable& bias_hh,
             const RecurrentOptions& options = {});
Variable lstm(const Variable& x, const Variable& state, const Variable& cell,
              const Variable& weight_ih, const Variable& weight_hh, const Variable& bias_ih,
              const Variable& bias_hh, const RecurrentOptions& options = {});

}  // namespace ebb
