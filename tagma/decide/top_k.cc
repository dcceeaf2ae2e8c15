#include <tagma/decide/top_k.h>

#include <tagma/decide/decide_rows.h>
#include <tagma/decide/load_settings.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>

namespace tagma {
namespace {

class TopKDecider final : public Decider {
 public:
  TopKDecider(const TopK& rule, Scale scale) : rule_(rule), scale_(scale) {}

  std::string_view rule() const override { return TopK::name; }
  std::string summary() const override {
    const std::string best =
        rule_.k == 1 ? "the best label of every row" : fmt::format("the {} best labels of every row", rule_.k);
    return has_floor() ? fmt::format("{}, where scored at least {:.4g}", best, rule_.at_least) : best;
  }
  Decisions decide(const Scores& scores, const Run& run) const override;
  void save(ModelWriter& file) const override {
    save_rule(file, {std::string(TopK::name), settings_of(rule_), scale_});
  }

 private:
  bool has_floor() const { return rule_.at_least > -std::numeric_limits<float>::infinity(); }

  TopK rule_;
  Scale scale_;
};

Decisions TopKDecider::decide(const Scores& scores, const Run& run) const {
  if (has_floor() && scores.scale != scale_)
    fail(Code::usage, "the floor {} of rule top-k is for scores of scale {}, these are of scale {}; tune it again",
         rule_.at_least, scale_name(scale_), scale_name(scores.scale));
  return decide_rows(scores, run, [&] {
    return [&, order = std::vector<LabelId>()](std::int64_t row, std::vector<LabelId>& out) mutable {
      const auto start = static_cast<std::ptrdiff_t>(out.size());
      if (scores.is_shortlist()) {
        const ShortRow listed = scores.short_row(row);
        const std::size_t count = std::min(listed.ids.size(), static_cast<std::size_t>(rule_.k));
        for (std::size_t i = 0; i < count && listed.values[i] >= rule_.at_least; ++i) out.push_back(listed.ids[i]);
      } else {
        const std::span<const float> values = scores.row(row);
        const LabelId count = std::min(rule_.k, scores.labels);
        order.resize(values.size());
        std::iota(order.begin(), order.end(), LabelId{0});
        std::nth_element(order.begin(), order.begin() + count, order.end(), [&](LabelId a, LabelId b) {
          const float left = values[static_cast<std::size_t>(a)], right = values[static_cast<std::size_t>(b)];
          return left != right ? left > right : a < b;
        });
        std::copy_if(order.begin(), order.begin() + count, std::back_inserter(out),
                     [&](LabelId label) { return values[static_cast<std::size_t>(label)] >= rule_.at_least; });
      }
      std::sort(out.begin() + start, out.end());
    };
  });
}

}  // namespace

std::unique_ptr<const Decider> TopK::fit(const Scores& scores, const LabelMatrix&, const Run&) const {
  return std::make_unique<TopKDecider>(*this, scores.scale);
}

std::unique_ptr<const Decider> TopK::load(const ModelReader& file) {
  const SavedRule saved = saved_rule(file);
  return std::make_unique<TopKDecider>(settings_from<TopK>(saved, file), saved.scale);
}

}  // namespace tagma
