// Powers of e that are not above 1, as softmax wants them. Included only by files that are compiled
// once per instruction set.
#pragma once

#include <tensor/kernels/simd.hpp>

namespace ebb::kernels {
namespace {

// exp(x), where that is not far above 1; 0 of -infinity, NaN of NaN.
template <class T>
Vector<T> power_of(const Vector<T>& x) {
  return xsimd::exp(x);
}

// AVX-512 multiplies by a power of two in one instruction. With that, and without looking for what
// overflows, it is 12 operations instead of 21. What is below -110 is 0 as e^-110 is.
#if defined(__AVX512F__)
inline Vector<float> power_of(const Vector<float>& of) {
  using Floats = Vector<float>;
  const Floats x = xsimd::max(Floats(-110), of);               // the second, where that is NaN
  const Floats k = xsimd::nearbyint(x * Floats(1.44269504F));  // x = k log 2 + rest
  const Floats rest = fma(k, Floats(2.12194440e-4F), fma(k, Floats(-0.693359375F), x));
  Floats sum(1.3997796e-3F);
#pragma GCC unroll 6
  for (float term : {8.3955629e-3F, 4.1665401e-2F, 1.6666277e-1F, 0.5F, 1.0F, 1.0F})
    sum = fma(rest, sum, Floats(term));
  return _mm512_scalef_ps(sum, k);
}
#endif

}  // namespace
}  // namespace ebb::kernels
