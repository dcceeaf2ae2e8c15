// Graded data whose labels come from Gaussian significances of known mean and deviation.
//
// Features x are independent standard normals; the first `informative` share of them matter. Label k has
//   mean       m_k(x) = shift + (a_k.x + bend ((p_k.x)^2 - 1) / sqrt 2) / sqrt(1 + bend^2)      unit vectors a_k, p_k
//   deviation  d_k(x) = deviation * (1 + heteroscedastic |v_k.x|) / (1 + heteroscedastic sqrt(2 / pi))      additive
//              the same times |m_k(x)|                                                                      multiplicative
//   s_k ~ Normal(m_k(x), d_k(x)^2), independent given x; `shared` > 0 adds shared * f_g, g = k mod groups, f_g ~ Normal(0, 1) one number
//   for the row and the group, as of a rater who is strict with all labels of a kind alike. Deviations written beside the data are those
//   of s_k: sqrt(d_k^2 + shared^2).
// A label is present where s_k > 0, so P(present | x) = Phi(m_k / deviation). m_k has variance 1 over x around `shift`.
// Grades: `value` is s_k itself; `rank` counts the distinct significances of the row's present labels from below (1 the
// least, P the most). `buckets` > 0 first rounds significance up to that many levels of equal width over
// [0, max(shift, 0) + 2 sqrt(1 + deviation^2 + shared^2)]; what lies above joins the top level: ties, as people give them.
// correlation c: a_k ~ sqrt(c) u + sqrt(1 - c) own, with one direction u for all labels.
// negatives > 0 replaces `shift` by the one that leaves this share of rows without any label, found on a large sample.
// Errors: Error{usage} when no shift gives that share (multiplicative noise of large deviation makes labels everywhere).
#pragma once

#include <tagma/base/fields.h>
#include <tagma/base/run.h>
#include <tagma/make/generated.h>

namespace tagma {

enum class SignificanceNoise : std::uint8_t { additive, multiplicative };
enum class Grades : std::uint8_t { rank, value };

struct Graded {
  static constexpr std::string_view name = "graded";
  static constexpr std::string_view says = "graded labels from Gaussian significances of known mean and deviation";

  std::int32_t labels = 10, features = 30, buckets = 0, groups = 1;
  SignificanceNoise noise = SignificanceNoise::additive;
  Grades grades = Grades::rank;
  double deviation = 0.3, shared = 0, heteroscedastic = 0, shift = -0.5, negatives = 0, bend = 0, correlation = 0, informative = 0.5;
  double valid = 0.2, test = 0.2;

  static constexpr auto fields() {
    using Self = Graded;
    return std::tuple{
        Field{"labels", &Self::labels, 1, 100000, "number of labels"},
        Field{"features", &Self::features, 1, 1000000, "number of features"},
        Choice{"noise", &Self::noise, std::array<std::string_view, 2>{"additive", "multiplicative"},
               "whether the deviation grows with the mean"},
        Field{"deviation", &Self::deviation, 0.0, 10.0, "standard deviation of a significance of mean 1"},
        Field{"shared", &Self::shared, 0.0, 10.0, "deviation of the noise that all labels of a row share"},
        Field{"groups", &Self::groups, 1, 1000, "groups of labels, each with such noise of its own"},
        Field{"heteroscedastic", &Self::heteroscedastic, 0.0, 10.0, "how strongly the deviation depends on the features"},
        Field{"shift", &Self::shift, -5.0, 5.0, "mean significance of a label: lower, fewer labels"},
        Field{"negatives", &Self::negatives, 0.0, 0.999, "share of rows without any label; 0: as the shift has it"},
        Choice{"grades", &Self::grades, std::array<std::string_view, 2>{"rank", "value"}, "what a grade is"},
        Field{"buckets", &Self::buckets, 0, 1000, "levels of significance, so that grades tie; 0: no ties"},
        Field{"bend", &Self::bend, 0.0, 10.0, "how far the mean is from linear"},
        Field{"correlation", &Self::correlation, 0.0, 1.0, "how far labels go together"},
        Field{"informative", &Self::informative, 0.0, 1.0, "share of the features that matter (at least one does)"},
        Field{"valid", &Self::valid, 0.0, 0.9, "share of the rows for validation"},
        Field{"test", &Self::test, 0.0, 0.9, "share of the rows for test"}};
  }

  Generated make(std::int64_t rows, const Run& run) const;
};

}  // namespace tagma
