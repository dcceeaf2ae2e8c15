#include <tagma/decide/platt.h>

#include <tagma/base/parallel.h>
#include <tagma/decide/cells.h>
#include <tagma/decide/place.h>

#include <cmath>

namespace tagma {
namespace {

constexpr std::int64_t labels_per_fit = 16;
constexpr double faint = 1e-3;  // pull of the common curve to (1, 0)
constexpr int most_steps = 100;

struct Curve {
  double slope = 1, offset = 0;
};

// Value, gradient and Hessian at a curve, of a sum of losses or of a prior.
struct Bowl {
  double value = 0, ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
  Bowl& operator+=(const Bowl& o) {
    value += o.value, ga += o.ga, gb += o.gb, haa += o.haa, hab += o.hab, hbb += o.hbb;
    return *this;
  }
};

struct Prior {
  Curve at;
  double aa = 0, ab = 0, bb = 0;
  Bowl bowl(const Curve& curve) const {
    const double a = curve.slope - at.slope, b = curve.offset - at.offset;
    return {(aa * a * a + 2 * ab * a * b + bb * b * b) / 2, aa * a + ab * b, ab * a + bb * b, aa, ab, bb};
  }
};

void add_cells(const std::vector<float>& scores, double sign, Scale scale, const Curve& curve, Bowl& sum) {
  for (const float score : scores) {
    const double x = place_of(static_cast<double>(score), scale), m = -sign * (curve.slope * x + curve.offset);
    const double e = std::exp(-std::abs(m)), q = (m < 0 ? e : 1) / (1 + e);  // q: the chance given to the wrong answer
    const double bend = e / ((1 + e) * (1 + e));
    sum += {std::max(m, 0.0) + std::log1p(e), -sign * q * x, -sign * q, bend * x * x, bend * x, bend};
  }
}

Bowl bowl_of(const Column& column, Scale scale, const Curve& curve) {
  Bowl sum;
  add_cells(column.present, 1, scale, curve, sum);
  add_cells(column.absent, -1, scale, curve, sum);
  return sum;
}

// Newton steps with backtracking; `flat`: the slope stays where it is.
template <class At>
Curve least(Curve curve, const At& at, bool flat) {
  Bowl here = at(curve);
  for (int step = 0; step < most_steps; ++step) {
    const double haa = here.haa + 1e-12, hbb = here.hbb + 1e-12, det = haa * hbb - here.hab * here.hab;
    double da = 0, db = -here.gb / hbb;
    if (!flat && det > 1e-14 * haa * hbb) {
      da = (here.hab * here.gb - hbb * here.ga) / det;
      db = (here.hab * here.ga - haa * here.gb) / det;
    }
    const double fall = here.ga * da + here.gb * db;
    if (!(fall < -1e-12 * (1 + here.value))) break;
    double t = 1;
    for (; t > 1e-9; t /= 2) {
      const Curve next{curve.slope + t * da, curve.offset + t * db};
      const Bowl there = at(next);
      if (!(there.value <= here.value + 1e-4 * t * fall)) continue;
      curve = next;
      here = there;
      break;
    }
    if (t <= 1e-9) break;
  }
  return curve;
}

template <class At>
Curve fitted(const Curve& start, const At& at) {
  Curve curve = least(start, at, false);
  if (curve.slope < 0) curve = least({0, curve.offset}, at, true);
  return curve;
}

// The cells of every label: `scores` as they are, or their presence probabilities.
std::vector<Column> columns_of(const Scores& scores, const LabelMatrix& truth) {
  if (mapped_scores(scores).data() == scores.values.data()) return known_columns(scores, truth, 0, scores.labels);
  Scores presence;
  presence.rows = scores.rows;
  presence.labels = scores.labels;
  presence.values = scores.presence;
  return known_columns(presence, truth, 0, scores.labels);
}

}  // namespace

std::unique_ptr<const Calibration> Platt::fit(const Scores& scores, const LabelMatrix& truth, const Run& run) const {
  const Scale scale = mapped_scale(scores);
  const std::vector<Column> columns = columns_of(scores, truth);
  std::int64_t present = 0, cells = 0;
  for (const Column& column : columns) {
    present += static_cast<std::int64_t>(column.present.size());
    cells += static_cast<std::int64_t>(column.present.size() + column.absent.size());
  }
  if (cells == 0) fail(Code::usage, "rule platt: no cell of the held-out data is known and scored; give rows whose labels are known");
  const auto labels = static_cast<std::int64_t>(columns.size());
  const Prior pull{{1, 0}, faint, 0, faint};
  const auto all = [&](const Curve& curve) {
    Bowl sum = parallel_reduce(
        run, labels, labels_per_fit, Bowl{},
        [&](std::int64_t first, std::int64_t last) {
          Bowl part;
          for (std::int64_t j = first; j < last; ++j) part += bowl_of(columns[static_cast<std::size_t>(j)], scale, curve);
          return part;
        },
        [](Bowl& whole, const Bowl& part) { whole += part; });
    return sum += pull.bowl(curve);
  };
  const Curve common = fitted(Curve{}, all);
  const Bowl bend = all(common);
  const double each = prior / static_cast<double>(std::max<std::int64_t>(present, 1));
  const Prior shared{common, each * bend.haa + 1e-9, each * bend.hab, each * bend.hbb + 1e-9};

  std::vector<float> slopes(columns.size()), offsets(columns.size());
  parallel_for(run, labels, labels_per_fit, [&](std::int64_t first, std::int64_t last) {
    for (auto j = static_cast<std::size_t>(first); j < static_cast<std::size_t>(last); ++j) {
      const auto at = [&](const Curve& curve) {
        Bowl sum = bowl_of(columns[j], scale, curve);
        return sum += shared.bowl(curve);
      };
      const Curve curve = columns[j].present.empty() && columns[j].absent.empty() ? common : fitted(common, at);
      slopes[j] = static_cast<float>(curve.slope);
      offsets[j] = static_cast<float>(curve.offset);
    }
  });
  return std::make_unique<const Calibration>(
      std::string(name), settings_of(*this), std::move(slopes), std::move(offsets),
      fmt::format("calibrated: a logistic curve for each of {} labels, the common one (slope {:.3g}, offset {:.3g}) counts for {:g} present cells",
                  labels, common.slope, common.offset, prior));
}

}  // namespace tagma
