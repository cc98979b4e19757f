// The two pictures that tools/bench draws.
#pragma once

#include <string>
#include <vector>

namespace ebb::tools::benchmark {

// The ladder: a bar for each rung, from the ground up, and the peaks of the machine.
struct LadderPlot {
  struct Bar {
    std::string name, idea;
    double gflops;
  };
  std::string title, footer;
  std::vector<Bar> bars, peaks;  // the idea of a peak is not shown
};
std::string draw(const LadderPlot& plot);

// A roofline: what work does against what the machine could do, given how often each byte is used.
// Samuel Williams, Andrew Waterman, David Patterson: Roofline, CACM 52 (4), 2009.
struct RooflinePlot {
  struct Level {
    std::string name;
    double gigabytes;  // per second
  };
  struct Work {
    std::string name;
    double flop_per_byte, gflops;
    int level;  // where its bytes lie
  };
  std::string title, footer;
  double peak_gflops;
  std::vector<Level> levels;  // at most four, fastest first
  std::vector<Work> work;
};
std::string draw(const RooflinePlot& plot);

}  // namespace ebb::tools::benchmark
