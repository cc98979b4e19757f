// Does this thread take notes? It does, unless a scope says otherwise.
#pragma once

namespace ebb {

bool recording();

namespace detail {

// While one lives, its thread records, or it does not.
class RecordingScope final {
 public:
  explicit RecordingScope(bool on);
  ~RecordingScope();
  RecordingScope(const RecordingScope&) = delete;
  RecordingScope& operator=(const RecordingScope&) = delete;

 private:
  bool before_;
};

}  // namespace detail

// While a NoGrad lives, its thread records nothing; an inactive one changes nothing.
class NoGrad final {
 public:
  explicit NoGrad(bool active = true) : scope_(recording() && !active) {}

 private:
  detail::RecordingScope scope_;
};

}  // namespace ebb
