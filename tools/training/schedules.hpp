// How the learning rate of a run changes with its steps.
#pragma once

#include <nn/optimizers/schedule.hpp>
#include <tools/training/options.hpp>

namespace ebb::tools {

// The factor of --lr in each step. After --warm-up N, in which it rises to 1 along a line, over the
// n steps that remain:
//     constant, plateau   1; a plateau multiplies the rate itself (selection.hpp)
//     cosine              half a wave from 1 to 0
//     exponential         falls evenly to 1 / 100, as 100^(-t / n)
//     iwae                10^(-i / 7) for 3^i epochs, i = 0 … 7, then 1 / 10: Burda, Grosse and
//                         Salakhutdinov, "Importance Weighted Autoencoders", ICLR 2016
// Where the warm-up is longer than the run, the rate rises to its end. Empty where the factor is
// always 1.
nn::Schedule make_schedule(const TrainOptions& options, std::int64_t steps_per_epoch);

// The note that the rate of a run of so many steps will not reach --lr.
std::string too_long_warm_up(std::int64_t warm_up, std::int64_t steps);
// The note that what an option lets rise, for so many epochs, does not get there in a run.
std::string too_long_rise(const std::string& option, double rise, std::int64_t epochs);

}  // namespace ebb::tools
