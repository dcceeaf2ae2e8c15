#include <tagma/decide/half.h>

#include <tagma/decide/threshold_decider.h>

namespace tagma {
namespace {

// Follows the scale of the scores it meets, unlike a threshold that was fitted.
class HalfDecider final : public Decider {
 public:
  std::string_view rule() const override { return Half::name; }
  std::string summary() const override { return "probability at least 0.5, or margin at least 0"; }
  Decisions decide(const Scores& scores, const Run& run) const override {
    return ThresholdDecider({.rule = std::string(Half::name), .settings = {}, .scale = scores.scale}, {scores.cut()})
        .decide(scores, run);
  }
  void save(ModelWriter& file) const override {
    save_rule(file, {.rule = std::string(Half::name), .settings = {}, .scale = Scale::probability});
  }
};

}  // namespace

std::unique_ptr<const Decider> Half::fit(const Scores&, const LabelMatrix&, const Run&) const {
  return std::make_unique<HalfDecider>();
}

std::unique_ptr<const Decider> Half::load(const ModelReader&) { return std::make_unique<HalfDecider>(); }

std::unique_ptr<const Decider> standard_decider() { return std::make_unique<HalfDecider>(); }

}  // namespace tagma
