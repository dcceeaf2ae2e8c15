// Each law of losses finds the bug it is there for: a wrong loss, made for the purpose, must be reported, and by that
// law.
#include <tagma/loss/catalog.h>

#include "tests/laws/loss_drive_laws.h"

#include <gtest/gtest.h>

namespace tagma::laws {
namespace {

// What all the wrong losses share.
struct Planted {
  static constexpr std::string_view name = "planted", says = "wrong on purpose";
  static constexpr Traits traits{.convex = true, .smooth = true, .curve = true};
  static constexpr auto fields() { return std::tuple{}; }
  double normaliser(const Totals&) const { return 1; }
  Reading reading() const { return {Scale::probability, Order::logistic}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    read_sigmoid(outputs, labels, out);
  }
};

struct FlatSlope : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    auto jet = logistic(logit, present);
    if (logit > 2) jet.slope = 0;
    return jet;
  }
};

struct WrongCurve : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    auto jet = logistic(logit, present);
    jet.curve = sigmoid(logit);
    return jet;
  }
};

struct Overflows : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    const Real m = present ? -logit : logit, e = math::exp(m), q = e / (1 + e);
    return {math::log(1 + e), present ? -q : q, q * (1 - q)};
  }
};

struct ClaimsConvex : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    return Asymmetric{}.at(logit, present);
  }
};

struct ClaimsSmooth : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    return Hinge{}.at(logit, present);
  }
};

struct Inverted : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    return logistic(logit, !present);
  }
};

// A row loss that sends what `Derived` makes of label j's jet to the sink.
template <class Derived>
struct PlantedRow : Planted {
  template <class Team, class Row, class Sink>
  auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    int seen = 0;
    const int size = row.size();
    return team.sum(size, [&](int j) {
      const bool known = row.truth(j) != Truth::unknown && row.weight(j) > 0;
      const auto jet = logistic(row.logit(j), row.truth(j) == Truth::present);
      return static_cast<const Derived&>(*this).label(j, ++seen, known, Real(row.weight(j)), jet, sink);
    });
  }
};

struct OrderMatters : PlantedRow<OrderMatters> {
  template <class Real, class Sink>
  Real label(int j, int seen, bool known, Real weight, Jet<Real> jet, Sink sink) const {
    const Real factor = known ? weight * static_cast<Real>(seen) : Real(0);
    sink(j, factor * jet.slope, factor * jet.curve);
    return factor * jet.value;
  }
};

struct Favourite : PlantedRow<Favourite> {
  template <class Real, class Sink>
  Real label(int j, int, bool known, Real weight, Jet<Real> jet, Sink sink) const {
    const Real factor = known ? weight * (j == 0 ? Real(2) : Real(1)) : Real(0);
    sink(j, factor * jet.slope, factor * jet.curve);
    return factor * jet.value;
  }
};

struct TimesZero : PlantedRow<TimesZero> {
  template <class Real, class Sink>
  Real label(int j, int, bool known, Real weight, Jet<Real> jet, Sink sink) const {
    const Real factor = known ? weight : Real(0);
    sink(j, factor * jet.slope, factor * jet.curve);
    return factor * jet.value;
  }
};

struct SkipsUnknown : PlantedRow<SkipsUnknown> {
  template <class Real, class Sink>
  Real label(int j, int, bool known, Real weight, Jet<Real> jet, Sink sink) const {
    if (!known) return 0;
    sink(j, weight * jet.slope, weight * jet.curve);
    return weight * jet.value;
  }
};

// The mean over the labels whose truth is known, those of weight 0 counted.
struct CountsWeightless : Planted {
  template <class Team, class Row, class Sink>
  auto over(const Team& team, const Row& row, Sink sink) const {
    using Real = decltype(row.logit(0));
    const int known = team.sum(row.size(), [&](int j) { return row.truth(j) != Truth::unknown ? 1 : 0; });
    const auto pass_on = [&](int j, Real slope, Real curve) { sink(j, slope / Real(known), curve / Real(known)); };
    const Real sum = row_loss(Bce{}, team, row, pass_on);
    return known > 0 ? sum / Real(known) : Real(0);
  }
};

struct WildPresence : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    return logistic(logit, present);
  }
  Reading reading() const { return {Scale::margin, Order::none, false, true}; }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    for (int j = 0; j < labels; ++j) out.score[j] = out.presence[j] = outputs[j];
  }
};

struct ReadsBackwards : Planted {
  template <class Real>
  Jet<Real> at(Real logit, bool present) const {
    return logistic(logit, present);
  }
  template <class Real>
  void read(const Real* outputs, int labels, Readout<Real> out) const {
    for (int j = 0; j < labels; ++j) out.score[j] = sigmoid(-outputs[j]);
  }
};

struct Twice : Planted {
  template <class Team, class Row, class Sink>
  auto over(const Team& team, const Row& row, Sink sink) const {
    if (row.size() > 0) sink(0, decltype(row.logit(0))(0));
    return row_loss(Bce{}, team, row, sink);
  }
};

struct Beyond : Planted {
  template <class Team, class Row, class Sink>
  auto over(const Team& team, const Row& row, Sink sink) const {
    sink(row.size(), decltype(row.logit(0))(0));
    return row_loss(Bce{}, team, row, sink);
  }
};

TEST(LossLawsPlanted, Slope) {
  EXPECT_NE(slope_is_derivative(FlatSlope{}), "");
  EXPECT_EQ(slope_is_derivative(WrongCurve{}), "");
}
TEST(LossLawsPlanted, Teams) {
  EXPECT_NE(teams_agree(OrderMatters{}), "");
  EXPECT_EQ(teams_agree(Favourite{}), "");
}
TEST(LossLawsPlanted, SinkNeverOrTwice) {
  EXPECT_NE(sink_hears_once(SkipsUnknown{}), "");
  EXPECT_NE(sink_hears_once(Twice{}), "");
  EXPECT_NE(sink_hears_once(Beyond{}), "");
  EXPECT_EQ(sink_hears_once(TimesZero{}), "");
}
TEST(LossLawsPlanted, Unknown) {
  EXPECT_NE(unknown_is_ignored(TimesZero{}), "");
  EXPECT_EQ(unknown_is_ignored(FlatSlope{}), "");
}
TEST(LossLawsPlanted, WeightZero) {
  EXPECT_NE(weight_zero_is_unknown(CountsWeightless{}), "");
  EXPECT_EQ(weight_zero_is_unknown(TimesZero{}), "");
}
TEST(LossLawsPlanted, Relabelling) {
  EXPECT_NE(relabelling_permutes(Favourite{}), "");
  EXPECT_EQ(relabelling_permutes(TimesZero{}), "");
  EXPECT_NE(relabelling_permutes(Crpc{.ties = Crpc::Ties::released}), "");
}
TEST(LossLawsPlanted, Extremes) {
  EXPECT_NE(extremes_are_finite(Overflows{}), "");
  EXPECT_EQ(extremes_are_finite(FlatSlope{}), "");
}
TEST(LossLawsPlanted, Convex) {
  EXPECT_NE(convex_where_claimed(ClaimsConvex{}), "");
  EXPECT_EQ(convex_where_claimed(Asymmetric{}), "");
}
TEST(LossLawsPlanted, Curve) {
  EXPECT_NE(curve_where_claimed(WrongCurve{}), "");
  EXPECT_NE(curve_where_claimed(ClaimsConvex{}), "");
  EXPECT_EQ(curve_where_claimed(Overflows{}), "");
}
TEST(LossLawsPlanted, Smooth) {
  EXPECT_NE(smooth_where_claimed(ClaimsSmooth{}), "");
  EXPECT_EQ(smooth_where_claimed(ClaimsConvex{}), "");
}
TEST(LossLawsPlanted, Reading) {
  EXPECT_NE(reading_is_sane(WildPresence{}), "");
  EXPECT_NE(reading_is_sane(ReadsBackwards{}), "");
  EXPECT_EQ(reading_is_sane(Inverted{}), "");
}
TEST(LossLawsPlanted, Descent) {
  EXPECT_NE(descent_ranks(Inverted{}), "");
  EXPECT_EQ(descent_ranks(FlatSlope{}), "");
}
TEST(LossLawsPlanted, Drive) {
  EXPECT_NE(drive_agrees(Bce{}, *make_loss("focal", {{"reduction", "sum"}})), "");
  EXPECT_NE(drive_agrees(Bce{}, *make_loss("bce", {{"reduction", "sum"}}), 1e-9), "");  // beyond single precision
  EXPECT_EQ(drive_agrees(Bce{}, *make_loss("bce", {{"reduction", "sum"}})), "");
}

}  // namespace
}  // namespace tagma::laws
