// Starts: what makes the first numbers of a parameter or buffer.
#pragma once

#include <nn/parameter.hpp>

namespace ebb::nn {

//     Parameter weight{{8, 8}, {.start = normal(0.02)}};
//     Parameter scale{{8}, {.start = [](const Shape& shape, Random& random, DType dtype) {
//                       return exp(randn(shape, random, dtype));
//                     }}};
Start constant(double value);
Start uniform(double bound);     // in [-bound, bound)
Start normal(double deviation);  // mean 0, standard deviation `deviation`

// As PyTorch names them. A weight [out, in, …] has `inputs`, the product of all its lengths but the
// first, and `outputs`, of all but the second. The gain is √2 where a ReLU follows, 1 where nothing
// does. He et al., "Delving deep into rectifiers", ICCV 2015:
Start kaiming_uniform(double gain);  // uniform(gain √(3 / inputs))
Start kaiming_normal(double gain);   // normal(gain / √inputs)
// Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks",
// AISTATS 2010:
Start xavier_uniform(double gain = 1);  // uniform(gain √(6 / (inputs + outputs)))
Start xavier_normal(double gain = 1);   // normal(gain √(2 / (inputs + outputs)))

// The numbers that `start` makes, in row-major order and in memory of their own; zeros where it is
// empty. Errors name `owner`: ShapeError for a result of another shape, DTypeError for one of
// another dtype.
Tensor first_numbers(const Start& start, std::string_view owner, const Shape& shape, Random random,
                     DType dtype);

}  // namespace ebb::nn
