// Limited-memory BFGS for smooth losses over all outputs at once, and its orthant-wise form for l1 > 0.
//
// A step along -H g, H from the last 8 pairs of (move, change of slope). Without l1 the line search looks for a point that
// satisfies the weak Wolfe conditions, by doubling and halving; with l1 the slope is that of the orthant that the point
// lies in or is about to enter, steps are cut at its walls (weights become exactly 0), and the search only halves.
// Stop: when the last 5 iterations together lowered the objective by at most tolerance of it, or no step lowers it.
//
// Source: Nocedal & Wright, Numerical Optimization, alg. 7.4 and 7.5; Lewis & Overton (2013) for the search; Andrew & Gao,
// ICML 2007, for OWL-QN. Biases are not penalised, so they have no orthant.
#pragma once

#include <tagma/learn/problem.h>

#include <deque>
#include <vector>

namespace tagma {

class Lbfgs {
 public:
  Lbfgs(const Problem& problem, Point& point, const Run& run);

  double value() const { return value_; }
  // One iteration; false when no step lowers the objective any more.
  bool step(std::int64_t iteration);

 private:
  struct Pair {
    std::vector<float> move, change;  // weights, then biases
    double product;                   // move . change
  };
  using Vector = std::vector<float>;

  double dot(const Vector& a, const Vector& b) const;
  void combine(Vector& to, double factor, const Vector& from) const;  // to += factor * from
  Vector packed(const Point& point) const;
  Point unpacked(const Vector& x) const;
  double evaluate(const Vector& x, Vector& slope) const;
  Vector orthant_slope(const Vector& x, const Vector& slope) const;   // the slope itself without l1
  Vector direction(const Vector& slope) const;
  Vector moved(const Vector& direction, double t, const Vector& orthant) const;
  void remember(const Vector& x, const Vector& slope);

  const Problem& problem_;
  Point& point_;
  Run run_;
  bool l1_;
  std::size_t weights_;  // how many of the numbers are weights; the rest are biases
  Vector x_, slope_;
  double value_ = 0;
  std::deque<Pair> pairs_;
};

}  // namespace tagma
