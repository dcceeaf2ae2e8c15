// The short number types of a device, as bits, into float and back: one source for kernels and for tests on the host.
// bfloat16 is the upper half of a float; both conversions round to the nearest, ties to even, and keep NaN.
#pragma once

#include <tagma/loss/log_total.h>

#include <cstdint>

#if defined(__CUDACC__)
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#endif

namespace tagma {

enum class DeviceNumber : std::uint8_t { float32, float16, bfloat16 };

TAGMA_HD constexpr int bytes_of(DeviceNumber number) { return number == DeviceNumber::float32 ? 4 : 2; }

// Slopes have the type of the outputs, but those of float16 are float32 (small slopes would be 0).
TAGMA_HD constexpr DeviceNumber slopes_of(DeviceNumber outputs) {
  return outputs == DeviceNumber::float16 ? DeviceNumber::float32 : outputs;
}

TAGMA_HD float float_of_bfloat16(std::uint16_t bits) { return math::float_of(static_cast<std::uint32_t>(bits) << 16); }

TAGMA_HD std::uint16_t bfloat16_of(float x) {
#if defined(__CUDA_ARCH__)
  return __bfloat16_as_ushort(__float2bfloat16_rn(x));
#else
  const std::uint32_t bits = math::bits_of(x);
  const std::uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
  return static_cast<std::uint16_t>(x == x ? rounded : 0x7fc0u);
#endif
}

TAGMA_HD float float_of_float16(std::uint16_t bits) {
#if defined(__CUDA_ARCH__)
  return __half2float(__ushort_as_half(bits));
#else
  const std::uint32_t magnitude = bits & 0x7fffu, sign = (bits & 0x8000u) << 16;
  const float small = static_cast<float>(magnitude) * 0x1p-24f;  // subnormal numbers
  const std::uint32_t normal = (magnitude << 13) + (112u << 23), special = (magnitude << 13) | 0x7f800000u;
  const std::uint32_t wide = magnitude < 0x400u ? math::bits_of(small) : magnitude < 0x7c00u ? normal : special;
  return math::float_of(wide | sign);
#endif
}

// The number at `place` of an array of such numbers.
TAGMA_HD float number_at(const void* numbers, DeviceNumber type, std::int64_t place) {
  if (type == DeviceNumber::float32) return static_cast<const float*>(numbers)[place];
  const std::uint16_t bits = static_cast<const std::uint16_t*>(numbers)[place];
  return type == DeviceNumber::bfloat16 ? float_of_bfloat16(bits) : float_of_float16(bits);
}
// Stores float32 and bfloat16, the types of slopes.
TAGMA_HD void put_number(void* numbers, DeviceNumber type, std::int64_t place, float x) {
  if (type == DeviceNumber::float32) static_cast<float*>(numbers)[place] = x;
  else static_cast<std::uint16_t*>(numbers)[place] = bfloat16_of(x);
}

}  // namespace tagma
