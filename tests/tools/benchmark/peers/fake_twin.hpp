// Something that answers like a Python program with JAX and the folder with its script.
#pragma once

#include <filesystem>
#include <tests/support.hpp>

class FakeTwin final {
 public:
  // It prints this when it is to train; MODEL, BATCH, … are $2, $3, ….
  explicit FakeTwin(const std::string& answer, const std::string& frameworks = "jax") {
    write_file(python(), "#!/bin/sh\nif [ \"$1\" = -c ]; then echo " + frameworks + "; exit; fi\n" +
                             answer + "\n");
    std::filesystem::permissions(python(), std::filesystem::perms::owner_all);
    for (const char* script : {"/jax_peer.py", "/torch_peer.py", "/wide_jax.py"})
      write_file(folder() + script, "");
  }
  std::string python() const { return folder() + "/python"; }
  std::string folder() const { return folder_.path().string(); }

 private:
  TemporaryFolder folder_;
};
