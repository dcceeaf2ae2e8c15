// The plainest team and row: one lane, loops forwards, arrays in memory. For tests, single rows and odd number types;
// drive/ has the fast ones.
#pragma once

#include <tagma/loss/row.h>

namespace tagma {

struct Serial {
  template <class F>
  TAGMA_HD auto sum(int n, F f) const {
    decltype(f(0)) total = 0;
    for (int i = 0; i < n; ++i) total += f(i);
    return total;
  }
  template <class Real, class F>
  TAGMA_HD Real max(int n, Real floor, F f) const {
    for (int i = 0; i < n; ++i) {
      const Real x = f(i);
      floor = x > floor ? x : floor;
    }
    return floor;
  }
  template <class F>
  TAGMA_HD void each(int n, F f) const {
    for (int i = 0; i < n; ++i) f(i);
  }
};

// grades, weights and present_ids may be null; present labels that are not listed are searched for, O(labels) each
// time.
template <class Real>
struct PlainRow {
  const Real* outputs;
  const Truth* truths;
  const float* grades = nullptr;
  const float* weights = nullptr;
  int labels = 0;
  const LabelId* present_ids = nullptr;
  int present_ids_count = 0;

  TAGMA_HD int size() const { return labels; }
  TAGMA_HD Real output(int o) const { return outputs[o]; }
  TAGMA_HD Real logit(int j) const { return outputs[j]; }
  TAGMA_HD Truth truth(int j) const { return truths[j]; }
  TAGMA_HD Real grade(int j) const {
    return truths[j] != Truth::present ? Real(0) : grades ? Real(grades[j]) : Real(1);
  }
  TAGMA_HD Real weight(int j) const { return weights ? Real(weights[j]) : Real(1); }
  TAGMA_HD int present_count() const {
    if (present_ids) return present_ids_count;
    int count = 0;
    for (int j = 0; j < labels; ++j) count += truths[j] == Truth::present;
    return count;
  }
  TAGMA_HD int present(int i) const {
    if (present_ids) return present_ids[i];
    for (int j = 0;; ++j)
      if (truths[j] == Truth::present && i-- == 0) return j;
  }
};

}  // namespace tagma
