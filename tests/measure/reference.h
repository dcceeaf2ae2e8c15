// Every metric once more, straight from its definition: loops over rows, labels and pairs, nothing shared with tagma.
// 0/0 counts 0 (or 1, or is left out); undefined rows and labels are left out. A metric without a value is NaN.
#pragma once

#include "toys.h"

#include <functional>
#include <map>
#include <numeric>
#include <string>

namespace tagma::test {

class Reference {
 public:
  Reference(const Toy& toy, ZeroDivision zero) : toy_(toy), zero_(zero) {
    rows_ = toy.cells.size(), labels_ = toy.cells.front().size();
  }

  std::map<std::string, double> all(const std::vector<int>& at) const {
    std::map<std::string, double> found;
    sets(found), curves(found), rankings(found), correlations(found), calibration(found);
    for (const int k : at) at_k(found, k);
    return found;
  }

 private:
  using Map = std::map<std::string, double>;
  struct Mean {
    double sum = 0, count = 0;
    void add(double x) {
      if (std::isnan(x)) return;
      sum += x, count += 1;
    }
    double value() const { return count > 0 ? sum / count : nan(); }
  };
  static double nan() { return std::numeric_limits<double>::quiet_NaN(); }
  double ratio(double top, double bottom) const {
    if (bottom > 0) return top / bottom;
    return zero_ == ZeroDivision::skip ? nan() : zero_ == ZeroDivision::one ? 1 : 0;
  }
  int cell(std::size_t r, std::size_t l) const { return toy_.cells[r][l]; }
  float score(std::size_t r, std::size_t l) const { return toy_.scores.values[r * labels_ + l]; }
  bool decided(std::size_t r, std::size_t l) const {
    for (const LabelId id : toy_.decisions[static_cast<std::int64_t>(r)])
      if (static_cast<std::size_t>(id) == l) return true;
    return false;
  }
  std::vector<std::size_t> known(std::size_t r) const {
    std::vector<std::size_t> labels;
    for (std::size_t l = 0; l < labels_; ++l)
      if (cell(r, l) >= 0) labels.push_back(l);
    return labels;
  }

  double formula(const std::string& name, double tp, double fp, double fn) const {
    if (name == "f1") return ratio(2 * tp, 2 * tp + fp + fn);
    if (name == "f2") return ratio(5 * tp, 5 * tp + fp + 4 * fn);
    if (name == "precision") return ratio(tp, tp + fp);
    if (name == "recall") return ratio(tp, tp + fn);
    return ratio(tp, tp + fp + fn);
  }
  // Counts over the cells that `in` accepts; the fourth is the number of known cells.
  std::array<double, 4> counts(const std::function<bool(std::size_t, std::size_t)>& in) const {
    std::array<double, 4> c{};
    for (std::size_t r = 0; r < rows_; ++r)
      for (std::size_t l = 0; l < labels_; ++l) {
        if (cell(r, l) < 0 || !in(r, l)) continue;
        const bool d = decided(r, l), p = cell(r, l) == 1;
        c[0] += d && p, c[1] += d && !p, c[2] += !d && p, c[3] += 1;
      }
    return c;
  }
  void sets(Map& out) const {
    const auto whole = counts([](auto, auto) { return true; });
    for (const std::string name : {"f1", "f2", "precision", "recall", "jaccard"}) {
      out["micro_" + name] = formula(name, whole[0], whole[1], whole[2]);
      Mean macro, samples;
      for (std::size_t l = 0; l < labels_; ++l) {
        const auto c = counts([l](auto, auto j) { return j == l; });
        if (c[3] > 0) macro.add(formula(name, c[0], c[1], c[2]));
      }
      for (std::size_t r = 0; r < rows_; ++r) {
        const auto c = counts([r](auto i, auto) { return i == r; });
        if (c[3] > 0) samples.add(formula(name, c[0], c[1], c[2]));
      }
      out["macro_" + name] = macro.value(), out["samples_" + name] = samples.value();
    }
    Mean exact;
    double both = 0, either = 0;
    for (std::size_t r = 0; r < rows_; ++r) {
      const auto c = counts([r](auto i, auto) { return i == r; });
      if (c[3] == 0) continue;
      exact.add(c[1] + c[2] == 0 ? 1 : 0);
      const bool negative = c[0] + c[2] == 0, predicted = c[0] + c[1] == 0;
      both += negative && predicted, either += negative + predicted;
    }
    out["subset_accuracy"] = exact.value();
    out["hamming_loss"] = whole[3] > 0 ? (whole[1] + whole[2]) / whole[3] : nan();
    out["negative_f1"] = ratio(2 * both, either);
  }

  using Cells = std::vector<std::pair<float, int>>;
  static double average_precision(const Cells& cells) {
    double sum = 0, present = 0;
    for (const auto& [s, y] : cells) {
      if (y != 1) continue;
      double above = 0, hits = 0;
      for (const auto& [t, z] : cells) above += t >= s, hits += t >= s && z == 1;
      sum += hits / above, present += 1;
    }
    return present > 0 ? sum / present : nan();
  }
  static double area(const Cells& cells) {
    double right = 0, pairs = 0;
    for (const auto& [s, y] : cells)
      for (const auto& [t, z] : cells)
        if (y == 1 && z == 0) right += s > t ? 1 : s == t ? 0.5 : 0, pairs += 1;
    return pairs > 0 ? right / pairs : nan();
  }
  void curves(Map& out) const {
    Cells whole;
    Mean map, auc, samples;
    for (std::size_t l = 0; l < labels_; ++l) {
      Cells cells;
      for (std::size_t r = 0; r < rows_; ++r)
        if (cell(r, l) >= 0) cells.emplace_back(score(r, l), cell(r, l));
      map.add(average_precision(cells)), auc.add(area(cells));
      whole.insert(whole.end(), cells.begin(), cells.end());
    }
    for (std::size_t r = 0; r < rows_; ++r) {
      Cells cells;
      for (const std::size_t l : known(r)) cells.emplace_back(score(r, l), cell(r, l));
      if (cells.empty()) continue;
      const double value = average_precision(cells);
      samples.add(std::isnan(value) ? ratio(0, 0) : value);
    }
    out["macro_map"] = map.value(), out["macro_auc"] = auc.value(), out["samples_map"] = samples.value();
    out["micro_map"] = average_precision(whole), out["micro_auc"] = area(whole);
  }

  void rankings(Map& out) const {
    Mean lrap, loss, coverage, one;
    const bool skip = zero_ == ZeroDivision::skip;
    for (std::size_t r = 0; r < rows_; ++r) {
      const auto labels = known(r);
      std::vector<std::size_t> present, absent;
      for (const std::size_t l : labels) (cell(r, l) == 1 ? present : absent).push_back(l);
      if (labels.empty()) continue;
      if (present.empty()) {
        if (!skip) lrap.add(1), loss.add(0), coverage.add(0), one.add(1);
        continue;
      }
      double precision = 0, wrong = 0, deepest = 0;
      for (const std::size_t p : present) {
        double above = 0, hits = 0;
        for (const std::size_t l : labels) above += score(r, l) >= score(r, p);
        for (const std::size_t l : present) hits += score(r, l) >= score(r, p);
        for (const std::size_t l : absent) wrong += score(r, l) >= score(r, p);
        precision += hits / above, deepest = std::max(deepest, above);
      }
      lrap.add(precision / static_cast<double>(present.size()));
      coverage.add(deepest);
      if (!absent.empty()) loss.add(wrong / static_cast<double>(present.size() * absent.size()));
      if (absent.empty() && !skip) loss.add(0);
      one.add(cell(r, ranked(r)[0]) == 1 ? 0 : 1);
    }
    out["lrap"] = lrap.value(), out["ranking_loss"] = loss.value();
    out["coverage_error"] = coverage.value(), out["one_error"] = one.value();
  }

  std::vector<std::size_t> ranked(std::size_t r) const {
    auto labels = known(r);
    std::stable_sort(labels.begin(), labels.end(), [&](auto a, auto b) { return score(r, a) > score(r, b); });
    return labels;
  }
  void at_k(Map& out, int k) const {
    std::vector<double> inverse(labels_);
    for (std::size_t l = 0; l < labels_; ++l) {
      double n = 0;
      for (std::size_t r = 0; r < rows_; ++r) n += cell(r, l) == 1;
      inverse[l] = 1 + (std::log(double(rows_)) - 1) * std::pow(2.5, 0.55) * std::pow(n + 1.5, -0.55);
    }
    Mean precision, recall, rprecision, ndcg;
    double psp = 0, psp_most = 0, psn = 0, psn_most = 0;
    for (std::size_t r = 0; r < rows_; ++r) {
      const auto order = ranked(r);
      if (order.empty()) continue;
      double hits = 0, gain = 0, ideal = 0, present = 0;
      std::vector<double> worth;
      for (std::size_t l = 0; l < labels_; ++l)
        if (cell(r, l) == 1) present += 1, worth.push_back(inverse[l]);
      std::sort(worth.rbegin(), worth.rend());
      const double most = std::min(double(k), present);
      for (int i = 0; i < int(most); ++i) ideal += 1 / std::log2(i + 2.);
      double scored = 0, scored_gain = 0, best = 0, best_gain = 0;
      for (int i = 0; i < k; ++i) {
        const auto place = static_cast<std::size_t>(i);
        if (place < order.size() && cell(r, order[place]) == 1) {
          hits += 1, gain += 1 / std::log2(i + 2.);
          scored += inverse[order[place]], scored_gain += inverse[order[place]] / std::log2(i + 2.);
        }
        if (place < worth.size()) best += worth[place], best_gain += worth[place] / std::log2(i + 2.);
      }
      precision.add(hits / k), recall.add(ratio(hits, present)), rprecision.add(ratio(hits, most));
      ndcg.add(ratio(gain, ideal));
      psp += scored / k, psp_most += best / k;
      if (present > 0) psn += scored_gain / ideal, psn_most += best_gain / ideal;
    }
    const std::string at = "_at_" + std::to_string(k);
    out["precision" + at] = precision.value(), out["recall" + at] = recall.value();
    out["rprecision" + at] = rprecision.value(), out["ndcg" + at] = ndcg.value();
    out["psp" + at] = ratio(psp, psp_most), out["psndcg" + at] = ratio(psn, psn_most);
  }

  struct Pairs {
    double concordant = 0, discordant = 0, score_untied = 0, truth_untied = 0;
  };
  Pairs pairs(std::size_t r, const std::vector<std::size_t>& labels) const {
    Pairs p;
    for (std::size_t a = 0; a < labels.size(); ++a)
      for (std::size_t b = a + 1; b < labels.size(); ++b) {
        const double s = double(score(r, labels[a])) - double(score(r, labels[b]));
        const double t = toy_.grades[r][labels[a]] - toy_.grades[r][labels[b]];
        p.concordant += s * t > 0, p.discordant += s * t < 0, p.score_untied += s != 0, p.truth_untied += t != 0;
      }
    return p;
  }
  static double tau(const Pairs& p) {
    if (p.truth_untied == 0) return nan();
    return p.score_untied == 0 ? 0 : (p.concordant - p.discordant) / std::sqrt(p.score_untied * p.truth_untied);
  }
  static std::vector<double> mid_ranks(const std::vector<double>& x) {
    std::vector<double> ranks;
    for (const double a : x) {
      double below = 0, same = 0;
      for (const double b : x) below += b < a, same += b == a;
      ranks.push_back(below + (same + 1) / 2);
    }
    return ranks;
  }
  // Pearson's r, or Lin's concordance; NaN when y is constant (or missing), 0 when x is.
  static double linear(const std::vector<double>& x, const std::vector<double>& y, bool lin) {
    if (y.empty() || *std::max_element(y.begin(), y.end()) == *std::min_element(y.begin(), y.end())) return nan();
    const double n = double(x.size());
    const double mx = std::accumulate(x.begin(), x.end(), 0.) / n, my = std::accumulate(y.begin(), y.end(), 0.) / n;
    double xx = 0, yy = 0, xy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) xx += (x[i] - mx) * (x[i] - mx), yy += (y[i] - my) * (y[i] - my), xy += (x[i] - mx) * (y[i] - my);
    if (lin) return 2 * xy / n / (xx / n + yy / n + (mx - my) * (mx - my));
    return *std::max_element(x.begin(), x.end()) == *std::min_element(x.begin(), x.end()) ? 0 : xy / std::sqrt(xx * yy);
  }
  void correlations(Map& out) const {
    Mean tau_b, gamma, rho, positive, r_of, ccc;
    for (std::size_t r = 0; r < rows_; ++r) {
      const auto labels = known(r);
      std::vector<std::size_t> present;
      std::vector<double> s, t, ps, pt;
      for (const std::size_t l : labels) {
        s.push_back(score(r, l)), t.push_back(toy_.grades[r][l]);
        if (cell(r, l) == 1) present.push_back(l), ps.push_back(score(r, l)), pt.push_back(toy_.grades[r][l]);
      }
      const Pairs p = pairs(r, labels);
      tau_b.add(tau(p)), positive.add(tau(pairs(r, present)));
      if (p.truth_untied > 0)
        gamma.add(p.concordant + p.discordant > 0 ? (p.concordant - p.discordant) / (p.concordant + p.discordant) : 0);
      rho.add(linear(mid_ranks(s), mid_ranks(t), false));
      r_of.add(linear(ps, pt, false)), ccc.add(linear(ps, pt, true));
    }
    out["kendall_tau_b"] = tau_b.value(), out["goodman_kruskal_gamma"] = gamma.value(), out["spearman_rho"] = rho.value();
    if (!toy_.truth.graded()) return;
    out["positive_tau_b"] = positive.value(), out["significance_pearson"] = r_of.value(), out["significance_ccc"] = ccc.value();
  }

  static double gap(const std::vector<std::pair<double, double>>& said) {
    std::array<double, 15> difference{};
    for (const auto& [p, y] : said) difference[static_cast<std::size_t>(std::min(14., std::floor(p * 15)))] += p - y;
    double sum = 0;
    for (const double d : difference) sum += std::abs(d);
    return said.empty() ? nan() : sum / static_cast<double>(said.size());
  }
  double order_probability(std::size_t r, std::size_t a, std::size_t b) const {
    const Scores& s = toy_.scores;
    if (s.order == Order::pairs) {
      if (a > b) return 1 - order_probability(r, b, a);
      std::size_t at = 0;
      for (std::size_t i = 0; i < labels_; ++i)
        for (std::size_t j = i + 1; j < labels_; ++j, ++at)
          if (i == a && j == b) return s.pairs[r * labels_ * (labels_ - 1) / 2 + at];
    }
    const double x = score(r, a), y = score(r, b);
    if (s.order == Order::probit || s.order == Order::factor) {
      const double sa = s.spread[r * labels_ + a], sb = s.spread[r * labels_ + b];
      double covariance = 0;
      for (std::size_t f = 0; f < s.factors(); ++f)
        covariance += static_cast<double>(s.shared[(r * labels_ + a) * s.factors() + f]) * s.shared[(r * labels_ + b) * s.factors() + f];
      return 0.5 * std::erfc(s.order_slope * (y - x) / std::sqrt(2 * (sa * sa + sb * sb - 2 * covariance)));
    }
    if (s.scale == Scale::margin) return 1 / (1 + std::exp(y - x));
    const auto odds = [](double p) { p = std::clamp(p, 1e-7, 1 - 1e-7); return p / (1 - p); };
    return odds(x) / (odds(x) + odds(y));
  }
  void calibration(Map& out) const {
    std::vector<std::pair<double, double>> cells, orders;
    double brier = 0, log_loss = 0, order_brier = 0, pairs = 0;
    for (std::size_t r = 0; r < rows_; ++r)
      for (std::size_t a = 0; a < labels_; ++a) {
        if (cell(r, a) < 0) continue;
        if (const auto chances = toy_.scores.probabilities(); !chances.empty()) {
          const double p = chances[r * labels_ + a], y = cell(r, a);
          cells.emplace_back(p, y), brier += (p - y) * (p - y);
          log_loss -= std::log(std::clamp(y == 1 ? p : 1 - p, 1e-7, 1 - 1e-7));
        }
        for (std::size_t b = 0; b < labels_ && toy_.scores.order != Order::none; ++b) {
          if (cell(r, a) != 1 || cell(r, b) != 1 || toy_.grades[r][a] == toy_.grades[r][b]) continue;
          const double p = order_probability(r, a, b), y = toy_.grades[r][a] > toy_.grades[r][b];
          orders.emplace_back(p, y), order_brier += (p - y) * (p - y), pairs += 1;
        }
      }
    const double n = double(cells.size());
    if (n > 0) out["presence_brier"] = brier / n, out["presence_log_loss"] = log_loss / n, out["presence_ece"] = gap(cells);
    if (pairs > 0) out["order_brier"] = order_brier / pairs, out["order_ece"] = gap(orders);
  }

  const Toy& toy_;
  ZeroDivision zero_;
  std::size_t rows_, labels_;
};

}  // namespace tagma::test
