// The team that runs a row on a CPU: loops that the compiler vectorises, and sums over 16 fixed lanes that are added
// pairwise at the end, so that the order of additions is the same at every instruction set and thread count.
//
// The tag keeps the code of instruction sets apart: no symbol compiled for one can serve another.
#pragma once

#include <tagma/drive/level.h>
#include <tagma/loss/log_total.h>
#include <tagma/loss/several.h>

namespace tagma {

namespace detail {

// What a sum adds up: one number, the parts of Several, or a LogTotal. put() hands them out one by one, without a loop,
// which the vectoriser would not see through. Parts from `grows` on are grown, the others added.
template <class Sum>
struct Parts {
  using Real = Sum;
  static constexpr int count = 1, grows = 1;
  template <class To>
  TAGMA_HD static void put(const Sum& sum, To to) {
    to(0, sum);
  }
  TAGMA_HD static Sum made(const Real* parts) { return parts[0]; }
};
template <class Number, int n>
struct Parts<Several<Number, n>> {
  using Real = Number;
  static constexpr int count = n, grows = n;
  template <int c = 0, class To>
  TAGMA_HD static void put(const Several<Number, n>& sum, To to) {
    to(c, sum.parts[c]);
    if constexpr (c + 1 < n) put<c + 1>(sum, to);
  }
  TAGMA_HD static Several<Number, n> made(const Real* parts) {
    Several<Number, n> sum(0);
    for (int c = 0; c < n; ++c) sum[c] = parts[c];
    return sum;
  }
};
template <class Number>
struct Parts<LogTotal<Number>> {
  using Real = Number;
  static constexpr int count = 2, grows = 1;
  template <class To>
  TAGMA_HD static void put(const LogTotal<Number>& sum, To to) {
    to(0, sum.linear);
    to(1, sum.growth);
  }
  TAGMA_HD static LogTotal<Number> made(const Real* parts) { return {parts[0] + parts[1]}; }
};

}  // namespace detail

template <CpuLevel level>
struct Lanes {
  static constexpr int width = 16;
  static constexpr int chunk = 512;  // terms kept on the stack before they are added up; a multiple of width

  template <class F>
  TAGMA_HD auto sum(int n, F f) const {
    using Parts = detail::Parts<decltype(f(0))>;
    using Real = typename Parts::Real;
    Real lanes[Parts::count][width] = {};
    Real terms[Parts::count][chunk];
    for (int first = 0; first < n; first += chunk) {
      const int count = n - first < chunk ? n - first : chunk;
#pragma GCC ivdep
      for (int i = 0; i < count; ++i) {
        const auto term = f(first + i);
        Parts::put(term, [&](int c, Real part) { terms[c][i] = part; });
      }
      for (int c = 0; c < Parts::count; ++c) {
        const int rounded = (count + width - 1) / width * width;
        for (int i = count; i < rounded; ++i) terms[c][i] = 0;
        if (c < Parts::grows) add(terms[c], rounded, lanes[c]);
        else if constexpr (Parts::grows < Parts::count) grow(terms[c], rounded, lanes[c]);
      }
    }
    Real totals[Parts::count];
    for (int c = 0; c < Parts::count; ++c) {
      for (int half = width / 2; half > 0; half /= 2)
        for (int l = 0; l < half; ++l) lanes[c][l] += lanes[c][l + half];
      totals[c] = lanes[c][0];
    }
    return Parts::made(totals);
  }

  template <class Real, class F>
  TAGMA_HD Real max(int n, Real floor, F f) const {
    Real lanes[width];
    Real terms[chunk];
    for (int l = 0; l < width; ++l) lanes[l] = floor;
    for (int first = 0; first < n; first += chunk) {
      const int count = n - first < chunk ? n - first : chunk;
#pragma GCC ivdep
      for (int i = 0; i < count; ++i) terms[i] = f(first + i);
      const int rounded = (count + width - 1) / width * width;
      for (int i = count; i < rounded; ++i) terms[i] = floor;
      for (int i = 0; i < rounded; i += width)
        for (int l = 0; l < width; ++l) lanes[l] = terms[i + l] > lanes[l] ? terms[i + l] : lanes[l];
    }
    for (int half = width / 2; half > 0; half /= 2)
      for (int l = 0; l < half; ++l) lanes[l] = lanes[l + half] > lanes[l] ? lanes[l + half] : lanes[l];
    return lanes[0];
  }

  template <class F>
  TAGMA_HD void each(int n, F f) const {
#pragma GCC ivdep
    for (int i = 0; i < n; ++i) f(i);
  }

 private:
  template <class Real>
  TAGMA_HD static void add(const Real* terms, int count, Real* lanes) {
    for (int i = 0; i < count; i += width)
      for (int l = 0; l < width; ++l) lanes[l] += terms[i + l];
  }
  // Adds log(1 + term): a chunk grows a lane at most by 2^(chunk / width).
  template <class Real>
  TAGMA_HD static void grow(const Real* terms, int count, Real* lanes) {
    Real growths[width] = {};
    for (int i = 0; i < count; i += width)
      for (int l = 0; l < width; ++l) growths[l] = grown(growths[l], terms[i + l]);
    for (int l = 0; l < width; ++l) lanes[l] += math::log1p(growths[l]);
  }
};

}  // namespace tagma
