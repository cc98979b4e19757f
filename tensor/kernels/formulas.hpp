// Every formula, and the list of those that have compiled loops.
#pragma once

#include <tensor/kernels/activations.hpp>
#include <tensor/kernels/arithmetic.hpp>
#include <tensor/kernels/formula_names.hpp>
#include <tensor/kernels/functions.hpp>
#include <tensor/kernels/losses.hpp>
#include <tensor/kernels/special.hpp>
