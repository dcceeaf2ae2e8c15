// Plackett-Luce with a virtual label: the labels of a row are drawn one after the other, the most significant first, each
// with a probability proportional to e^z; the virtual label of logit 0 stands between present and absent labels.
//
//   J = sum over present u of  log(e^z_u + sum over v below u of e^z_v + 1) - z_u    +   log(1 + sum over absent v of e^z_v)
// This is the order of z_u + Gumbel noise. Ties do not compete with each other: each is drawn against what is below both.
// Slopes: dJ/dz_v = sum over u above v, and v itself if it is present, of e^(z_v - Z_u), plus e^(z_v - Z_0) if v is absent,
// less 1 if it is present; Z are the logarithms above.
//
// Weights: the term of u has the weight of u, that of the virtual label 1; whoever has a weight competes.
// Cost: O(K + P^2 + P^3 / 64), P present labels of K.
// Paper normaliser: the number of rows.
// Source: Luce (1959); Plackett, Applied Statistics 24 (1975); Cheng, Dembczynski & Huellermeier, ICML 2010 (label ranking).
// Ours: the virtual label, as in calibrated label ranking (Fuernkranz et al., Machine Learning 73, 2008); rows without labels
// are ordinary rows of which the virtual label comes first.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/loss/log_sum.h>
#include <tagma/loss/logistic.h>
#include <tagma/loss/pairs.h>

#include <array>
#include <string_view>
#include <tuple>

namespace tagma {

struct PlackettLuce {
  static constexpr std::string_view name = "plackett-luce", says = "order of the labels, drawn one by one; a virtual label parts present from absent";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = false};
  Ranking ranking = Ranking::strong;

  static constexpr auto fields() {
    return std::tuple{Choice{"mode", &PlackettLuce::ranking, std::array<std::string_view, 2>{"strong", "weak"},
                             "strong: present labels are ordered by grade; weak: they are all alike"}};
  }

  template <class Team, class Row, class Sink>
  TAGMA_HD auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const auto is_absent = [&](int j) { return counted(row, j) > 0 && row.truth(j) != Truth::present; };
    const Real known = team.sum(row.size(), [&](int j) { return counted(row, j) > 0 ? Real(1) : Real(0); });
    const Real top = team.max(row.size(), Real(0), [&](int j) { return is_absent(j) ? row.logit(j) : Real(0); });
    const Real rest = team.sum(row.size(), [&](int j) { return is_absent(j) ? math::exp(row.logit(j) - top) : Real(0); });
    const Stages<Real, Row> stages{row, graded<Real>(ranking), top, rest + math::exp(-top)};
    const Real last = known > 0 ? Real(1) : Real(0), log_absent = shifted_log(top, rest);

    const auto sums = team.sum(row.present_count(), [&](int i) {  // value; what every absent label has a share of
      const int u = row.present(i);
      const Real weight = counted(row, u);
      Several<Real, 2> parts(0);
      if (!(weight > 0)) return parts;
      const Real stage = stages.log_sum(u);
      parts[0] = weight * (stage - row.logit(u));
      parts[1] = weight * math::exp(top - stage);
      return parts;
    });
    const Real factor = sums[1] + last * math::exp(top - log_absent);
    team.each(row.size(), [&](int j) {
      if (row.truth(j) == Truth::present && counted(row, j) > 0) return;
      sink(j, is_absent(j) ? factor * math::exp(row.logit(j) - top) : Real(0));
    });
    const int blocks = (row.present_count() + block - 1) / block;
    team.each(blocks, [&](int b) { stages.send(b * block, sink); });
    return sums[0] + last * log_absent;
  }

  TAGMA_HD double normaliser(const Totals& totals) const { return static_cast<double>(totals.rows); }
  Reading reading() const { return {Scale::margin, Order::logistic, false, true}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    for (int j = 0; j < labels; ++j) {
      out.score[j] = outputs[j];
      if (out.presence) out.presence[j] = sigmoid(outputs[j]);
    }
  }

 private:
  static constexpr int block = 64;

  // The draws of the present labels: against themselves, the present labels below them, the virtual label and the absent ones,
  // whose exponentials add up to e^top absent.
  template <class Real, class Row>
  struct Stages {
    const Row& row;
    Real graded, top, absent;

    TAGMA_HD bool competes(int v, int u) const {
      return counted(row, v) > 0 && (v == u || pair_grade(row, v, graded) < pair_grade(row, u, graded));
    }
    TAGMA_HD Real log_sum(int u) const {
      Real most = top;
      for (int i = 0; i < row.present_count(); ++i) {
        const int v = row.present(i);
        if (competes(v, u) && row.logit(v) > most) most = row.logit(v);
      }
      Real sum = absent * math::exp(top - most);
      for (int i = 0; i < row.present_count(); ++i) {
        const int v = row.present(i);
        if (competes(v, u)) sum += math::exp(row.logit(v) - most);
      }
      return most + math::log(sum);
    }
    // Slopes of the present labels [first, first + block).
    template <class Sink>
    TAGMA_HD void send(int first, Sink sink) const {
      Real slopes[block], stage[block], weight[block];
      const int all = row.present_count(), count = all - first < block ? all - first : block;
      for (int i = 0; i < count; ++i) slopes[i] = -counted(row, row.present(first + i));
      for (int from = 0; from < all; from += block) {
        const int others = all - from < block ? all - from : block;
        for (int k = 0; k < others; ++k) {
          const int u = row.present(from + k);
          weight[k] = counted(row, u);
          stage[k] = weight[k] > 0 ? log_sum(u) : Real(0);
        }
        for (int i = 0; i < count; ++i) {
          const int v = row.present(first + i);
          for (int k = 0; k < others; ++k)
            if (weight[k] > 0 && competes(v, row.present(from + k))) slopes[i] += weight[k] * math::exp(row.logit(v) - stage[k]);
        }
      }
      for (int i = 0; i < count; ++i) {
        const int v = row.present(first + i);
        if (counted(row, v) > 0) sink(v, slopes[i]);
      }
    }
  };
};

}  // namespace tagma
