#include <autograd/scopes.hpp>

namespace ebb {
namespace {

thread_local bool records = true;

}  // namespace

bool recording() { return records; }

detail::RecordingScope::RecordingScope(bool on) : before_(records) { records = on; }
detail::RecordingScope::~RecordingScope() { records = before_; }

}  // namespace ebb
