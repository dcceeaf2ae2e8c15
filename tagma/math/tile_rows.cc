#include <tagma/math/tile_rows.h>

#include <tagma/math/levels.h>

#include <algorithm>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tagma::math {
namespace {

template <int lanes>
struct FloatsOf {
  typedef float type __attribute__((vector_size(lanes * 4)));
};

constexpr std::int64_t wide = 512, wide_strip = 4096;  // lanes; the sums of a strip stay in the first cache

template <int lanes>
struct IntsOf {
  typedef std::int32_t type __attribute__((vector_size(lanes * 4)));
};

struct FloatRows {
  const float* tile;
  std::int64_t width;
  const std::int32_t* rows;
  const float* x;
  std::int64_t count;
  float* out;
};

struct WholeRows {
  const std::int8_t* tile;
  std::int64_t width;
  const std::int32_t* rows;
  const std::int16_t* x;
  std::int64_t count;
  std::int32_t* out;
};

// The lanes [lane, lane + lanes * groups), their sums in registers.
template <int lanes, int groups>
TAGMA_INLINE void sum_floats(const FloatRows& job, std::int64_t lane) {
  using Floats = typename FloatsOf<lanes>::type;
  Floats sum[groups] = {};
  for (std::int64_t i = 0; i < job.count; ++i) {
    const float* row = job.tile + job.rows[i] * job.width + lane;
    const float x = job.x[i];
#pragma GCC unroll 8
    for (int g = 0; g < groups; ++g) {
      Floats weights;
      std::memcpy(&weights, row + g * lanes, sizeof(Floats));
      sum[g] += x * weights;
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < groups; ++g) std::memcpy(job.out + lane + g * lanes, &sum[g], sizeof(Floats));
}

// `lanes`: of a register of the instruction set; `most` groups of 16 lanes fit into the registers.
template <int lanes, int most>
TAGMA_INLINE void floats_body(const FloatRows& job) {
  constexpr int per_group = tile_lanes / lanes;
  std::int64_t lane = 0;
  for (; lane + most * tile_lanes <= job.width; lane += most * tile_lanes) sum_floats<lanes, most * per_group>(job, lane);
  if constexpr (most > 2)
    for (; lane + 2 * tile_lanes <= job.width; lane += 2 * tile_lanes) sum_floats<lanes, 2 * per_group>(job, lane);
  for (; lane < job.width; lane += tile_lanes) sum_floats<lanes, per_group>(job, lane);
}

void floats_baseline(const FloatRows& job) { floats_body<4, 2>(job); }

void whole_baseline(const WholeRows& job) {
  for (std::int64_t lane = 0; lane < job.width; ++lane) job.out[lane] = 0;
  for (std::int64_t i = 0; i < job.count; ++i) {
    const std::int8_t* row = job.tile + job.rows[i] * job.width;
    for (std::int64_t lane = 0; lane < job.width; ++lane) job.out[lane] += std::int32_t{job.x[i]} * row[lane];
  }
}

#if defined(__x86_64__)
TAGMA_AVX2 void floats_avx2(const FloatRows& job) { floats_body<8, 4>(job); }
TAGMA_AVX512 void floats_avx512(const FloatRows& job) { floats_body<16, 4>(job); }

// Two rows at a time: their lanes widened to 16 bits and interleaved, times (x of the first, x of the second), summed in
// pairs to 32 bits.
// Interleaving works on halves of a register: `low` gathers the lanes 0-3 and 8-11, `high` 4-7 and 12-15.
template <int groups>
TAGMA_AVX2 void sum_whole(const WholeRows& job, std::int64_t lane) {
  __m256i low[groups], high[groups];
#pragma GCC unroll 4
  for (int g = 0; g < groups; ++g) low[g] = high[g] = _mm256_setzero_si256();
  for (std::int64_t i = 0; i < job.count; i += 2) {
    const std::int8_t* a = job.tile + job.rows[i] * job.width + lane;
    const std::int8_t* b = job.tile + job.rows[i + 1] * job.width + lane;
    std::int32_t pair;
    std::memcpy(&pair, job.x + i, sizeof pair);
    const __m256i x = _mm256_set1_epi32(pair);
#pragma GCC unroll 4
    for (int g = 0; g < groups; ++g) {
      const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(a + g * tile_lanes)));
      const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(b + g * tile_lanes)));
      low[g] = _mm256_add_epi32(low[g], _mm256_madd_epi16(_mm256_unpacklo_epi16(first, second), x));
      high[g] = _mm256_add_epi32(high[g], _mm256_madd_epi16(_mm256_unpackhi_epi16(first, second), x));
    }
  }
#pragma GCC unroll 4
  for (int g = 0; g < groups; ++g) {
    auto* out = reinterpret_cast<__m256i*>(job.out + lane + g * tile_lanes);
    _mm256_storeu_si256(out, _mm256_permute2x128_si256(low[g], high[g], 0x20));
    _mm256_storeu_si256(out + 1, _mm256_permute2x128_si256(low[g], high[g], 0x31));
  }
}

// Adds 2 * pairs rows to the sums of the lanes [from, to), which lie in the order of low and high. Wide rows are read from
// end to end this way: what is fetched ahead is used, where short reads from many rows would each wait for memory.
template <int pairs>
TAGMA_AVX2 void add_wide(const WholeRows& job, std::int64_t i, std::int64_t from, std::int64_t to) {
  const std::int8_t* rows[2 * pairs];
  __m256i x[pairs];
  for (int p = 0; p < pairs; ++p) {
    rows[2 * p] = job.tile + job.rows[i + 2 * p] * job.width;
    rows[2 * p + 1] = job.tile + job.rows[i + 2 * p + 1] * job.width;
    std::int32_t pair;
    std::memcpy(&pair, job.x + i + 2 * p, sizeof pair);
    x[p] = _mm256_set1_epi32(pair);
  }
  for (std::int64_t lane = from; lane < to; lane += tile_lanes) {
    auto* out = reinterpret_cast<__m256i*>(job.out + lane);
    __m256i low = _mm256_loadu_si256(out), high = _mm256_loadu_si256(out + 1);
#pragma GCC unroll 4
    for (int p = 0; p < pairs; ++p) {
      const __m256i first = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[2 * p] + lane)));
      const __m256i second = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[2 * p + 1] + lane)));
      low = _mm256_add_epi32(low, _mm256_madd_epi16(_mm256_unpacklo_epi16(first, second), x[p]));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(_mm256_unpackhi_epi16(first, second), x[p]));
    }
    _mm256_storeu_si256(out, low);
    _mm256_storeu_si256(out + 1, high);
  }
}

TAGMA_AVX2 void wide_avx2(const WholeRows& job) {
  for (std::int64_t from = 0; from < job.width; from += wide_strip) {
    const std::int64_t to = std::min(from + wide_strip, job.width);
    std::memset(job.out + from, 0, static_cast<std::size_t>(to - from) * sizeof(std::int32_t));
    std::int64_t i = 0;
    for (; i + 8 <= job.count; i += 8) add_wide<4>(job, i, from, to);
    for (; i < job.count; i += 2) add_wide<1>(job, i, from, to);
    for (std::int64_t lane = from; lane < to; lane += tile_lanes) {
      auto* out = reinterpret_cast<__m256i*>(job.out + lane);
      const __m256i low = _mm256_loadu_si256(out), high = _mm256_loadu_si256(out + 1);
      _mm256_storeu_si256(out, _mm256_permute2x128_si256(low, high, 0x20));
      _mm256_storeu_si256(out + 1, _mm256_permute2x128_si256(low, high, 0x31));
    }
  }
}

TAGMA_AVX2 void whole_avx2(const WholeRows& job) {
  if (job.width >= wide) return wide_avx2(job);
  std::int64_t lane = 0;
  for (; lane + 4 * tile_lanes <= job.width; lane += 4 * tile_lanes) sum_whole<4>(job, lane);
  for (; lane + 2 * tile_lanes <= job.width; lane += 2 * tile_lanes) sum_whole<2>(job, lane);
  for (; lane < job.width; lane += tile_lanes) sum_whole<1>(job, lane);
}

constexpr void (*float_kernels[])(const FloatRows&) = {floats_baseline, floats_avx2, floats_avx512};
constexpr void (*whole_kernels[])(const WholeRows&) = {whole_baseline, whole_avx2, whole_avx2};
#else
constexpr void (*float_kernels[])(const FloatRows&) = {floats_baseline};
constexpr void (*whole_kernels[])(const WholeRows&) = {whole_baseline};
#endif

struct Scaling {
  const std::int32_t* sums;
  const float* bias;
  const float* scale;
  float step;
  std::int64_t count;
  float* out;
};

struct Question {
  const float* values;
  std::int64_t count;
  float floor;
};

template <class Vector, class Number>
TAGMA_INLINE void load(Vector& vector, const Number* from) {
  std::memcpy(&vector, from, sizeof(Vector));
}

template <int lanes>
TAGMA_INLINE void scale_body(const Scaling& job) {
  using Floats = typename FloatsOf<lanes>::type;
  using Ints = typename IntsOf<lanes>::type;
  std::int64_t i = 0;
  for (; i + lanes <= job.count; i += lanes) {
    Ints whole;
    Floats bias, scale;
    load(whole, job.sums + i);
    load(bias, job.bias + i);
    load(scale, job.scale + i);
    const Floats sum = bias + __builtin_convertvector(whole, Floats) * (job.step * scale);
    std::memcpy(job.out + i, &sum, sizeof sum);
  }
  for (; i < job.count; ++i) job.out[i] = job.bias[i] + static_cast<float>(job.sums[i]) * (job.step * job.scale[i]);
}

template <int lanes>
TAGMA_INLINE bool any_body(const Question& job) {
  typename IntsOf<lanes>::type reached = {};
  std::int64_t i = 0;
  for (; i + lanes <= job.count; i += lanes) {
    typename FloatsOf<lanes>::type values;
    load(values, job.values + i);
    reached |= values >= job.floor;
  }
  std::int64_t words[lanes / 2], found = 0;
  std::memcpy(words, &reached, sizeof words);
  for (const std::int64_t word : words) found |= word;
  for (; i < job.count; ++i) found |= job.values[i] >= job.floor ? 1 : 0;
  return found != 0;
}

void scale_baseline(const Scaling& job) { scale_body<4>(job); }
bool any_baseline(const Question& job) { return any_body<4>(job); }
#if defined(__x86_64__)
TAGMA_AVX2 void scale_avx2(const Scaling& job) { scale_body<8>(job); }
TAGMA_AVX2 bool any_avx2(const Question& job) { return any_body<8>(job); }
constexpr void (*scale_kernels[])(const Scaling&) = {scale_baseline, scale_avx2, scale_avx2};
constexpr bool (*any_kernels[])(const Question&) = {any_baseline, any_avx2, any_avx2};
#else
constexpr void (*scale_kernels[])(const Scaling&) = {scale_baseline};
constexpr bool (*any_kernels[])(const Question&) = {any_baseline};
#endif

}  // namespace

void scale_sums(const std::int32_t* sums, const float* bias, const float* scale, float step, std::int64_t count, float* out) {
  scale_kernels[detail::machine_level()]({sums, bias, scale, step, count, out});
}
bool any_at_least(const float* values, std::int64_t count, float floor) {
  return any_kernels[detail::machine_level()]({values, count, floor});
}

void sum_tile_rows(const float* tile, std::int64_t width, const std::int32_t* rows, const float* x, std::int64_t count,
                   float* out) {
  float_kernels[detail::machine_level()]({tile, width, rows, x, count, out});
}
void sum_tile_rows(const std::int8_t* tile, std::int64_t width, const std::int32_t* rows, const std::int16_t* x,
                   std::int64_t count, std::int32_t* out) {
  whole_kernels[detail::machine_level()]({tile, width, rows, x, count, out});
}

namespace detail {
void sum_tile_rows(int level, const float* tile, std::int64_t width, const std::int32_t* rows, const float* x,
                   std::int64_t count, float* out) {
  float_kernels[level]({tile, width, rows, x, count, out});
}
void sum_tile_rows(int level, const std::int8_t* tile, std::int64_t width, const std::int32_t* rows, const std::int16_t* x,
                   std::int64_t count, std::int32_t* out) {
  whole_kernels[level]({tile, width, rows, x, count, out});
}
}  // namespace detail

}  // namespace tagma::math
