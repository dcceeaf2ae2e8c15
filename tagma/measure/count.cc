#include <tagma/measure/count.h>

namespace tagma {
namespace {

template <class Test>
[[gnu::always_inline]] inline std::int64_t count(const float* values, std::int64_t size, Test test) {
  std::int64_t total = 0;
  for (std::int64_t start = 0; start < size; start += 1 << 20) {  // 32-bit counters vectorise twice as wide
    const std::int64_t end = size - start < (1 << 20) ? size : start + (1 << 20);
    std::int32_t part = 0;
    for (std::int64_t i = start; i < end; ++i) part += test(values[i]) ? 1 : 0;
    total += part;
  }
  return total;
}

#define TAGMA_COUNTERS(suffix, ...)                                                                    \
  __VA_ARGS__ std::int64_t at_least_##suffix(const float* values, std::int64_t size, float bound) {     \
    return count(values, size, [bound](float value) { return value >= bound; });                       \
  }                                                                                                     \
  __VA_ARGS__ std::int64_t above_##suffix(const float* values, std::int64_t size, float bound) {        \
    return count(values, size, [bound](float value) { return value > bound; });                        \
  }                                                                                                     \
  __VA_ARGS__ std::int64_t nan_##suffix(const float* values, std::int64_t size, float) {                \
    return count(values, size, [](float value) { return value != value; });                            \
  }

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
TAGMA_COUNTERS(plain, [[gnu::optimize("O3")]])
TAGMA_COUNTERS(avx2, [[gnu::optimize("O3"), gnu::target("avx2")]])
#define TAGMA_PICK(name) (__builtin_cpu_supports("avx2") ? name##_avx2 : name##_plain)
#else
TAGMA_COUNTERS(plain, [[maybe_unused]])
#define TAGMA_PICK(name) name##_plain
#endif

}  // namespace

std::int64_t count_at_least(std::span<const float> values, float bound) {
  return TAGMA_PICK(at_least)(values.data(), static_cast<std::int64_t>(values.size()), bound);
}
std::int64_t count_above(std::span<const float> values, float bound) {
  return TAGMA_PICK(above)(values.data(), static_cast<std::int64_t>(values.size()), bound);
}
std::int64_t first_nan(std::span<const float> values) {
  if (TAGMA_PICK(nan)(values.data(), static_cast<std::int64_t>(values.size()), 0) == 0) return -1;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (values[i] != values[i]) return static_cast<std::int64_t>(i);
  return -1;
}

}  // namespace tagma
