#include <tagma/decide/expected_f.h>

#include <tagma/decide/best_set.h>
#include <tagma/decide/decide_rows.h>
#include <tagma/decide/load_settings.h>

#include <algorithm>

namespace tagma {
namespace {

constexpr std::int64_t rows_per_search = 64;

void check_usable(const Scores& scores) {
  if (scores.probabilities().empty() && scores.rows > 0 && scores.labels > 0)
    fail(Code::usage,
         "rule expected-f needs presence probabilities, these scores are margins without them; use "
         "label-thresholds, or a loss whose scores are probabilities");
}

class ExpectedFDecider final : public Decider {
 public:
  ExpectedFDecider(const ExpectedF& rule, Scale scale) : rule_(rule), scale_(scale) {}

  std::string_view rule() const override { return ExpectedF::name; }
  std::string summary() const override {
    return fmt::format("for each example, the set of largest expected F{:g}", rule_.beta);
  }
  Decisions decide(const Scores& scores, const Run& run) const override {
    check_usable(scores);
    const std::span<const float> probabilities = scores.probabilities();
    const bool listed = scores.is_shortlist();
    const auto start_of = [&](std::int64_t row) {
      return static_cast<std::size_t>(listed ? scores.starts[static_cast<std::size_t>(row)] : row * scores.labels);
    };
    return decide_rows(
        scores, run,
        [&] {
          return [&, best = BestSet(rule_.beta)](std::int64_t row, std::vector<LabelId>& out) mutable {
            const auto start = static_cast<std::ptrdiff_t>(out.size());
            const std::span<const LabelId> set =
                best.find(probabilities.subspan(start_of(row), start_of(row + 1) - start_of(row)));
            for (const LabelId place : set)
              out.push_back(listed ? scores.ids[start_of(row) + static_cast<std::size_t>(place)] : place);
            std::sort(out.begin() + start, out.end());
          };
        },
        rows_per_search);
  }
  void save(ModelWriter& file) const override {
    save_rule(file, {std::string(ExpectedF::name), settings_of(rule_), scale_});
  }

 private:
  ExpectedF rule_;
  Scale scale_;
};

}  // namespace

std::unique_ptr<const Decider> ExpectedF::fit(const Scores& scores, const LabelMatrix&, const Run&) const {
  if (scores.is_shortlist())
    fail(Code::usage, "rule expected-f needs the scores of all labels, not a shortlist; score without --top");
  check_usable(scores);
  return std::make_unique<ExpectedFDecider>(*this, scores.scale);
}

std::unique_ptr<const Decider> ExpectedF::load(const ModelReader& file) {
  const SavedRule saved = saved_rule(file);
  return std::make_unique<ExpectedFDecider>(settings_from<ExpectedF>(saved, file), saved.scale);
}

}  // namespace tagma
