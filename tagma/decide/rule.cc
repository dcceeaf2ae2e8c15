#include <tagma/decide/rule.h>

#include <tagma/decide/catalog.h>
#include <tagma/decide/order_slope.h>
#include <tagma/decide/saved_rule.h>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace tagma {
namespace {

void check_held_out(std::string_view name, const Scores& scores, const LabelMatrix& truth) {
  if (scores.rows != truth.rows() || scores.labels != truth.labels())
    fail(Code::usage, "rule {}: scores of {} rows x {} labels, truth of {} rows x {} labels", name, scores.rows,
         scores.labels, truth.rows(), truth.labels());
  scores.check();
}

// The calibration, and with it how sure the order of present labels is, where the held-out data are graded.
std::unique_ptr<const Calibration> with_order(std::unique_ptr<const Calibration> found, const Scores& scores, const LabelMatrix& truth,
                                              const Run& run) {
  if (scores.order == Order::none || scores.is_shortlist() || !truth.graded()) return found;
  Scores mapped = scores;
  found->apply(mapped, run);
  mapped.order_slope = 1;
  const std::optional<OrderSlope> order = fit_order_slope(mapped, truth, run);
  if (!order) return found;
  const auto copy = [](std::span<const float> values) { return std::vector<float>(values.begin(), values.end()); };
  return std::make_unique<const Calibration>(
      found->rule(), found->settings(), copy(found->slopes()), copy(found->offsets()),
      fmt::format("{}; order: slope {:.3g}, from {} pairs", found->summary(), order->slope, order->pairs), order->slope);
}

}  // namespace

std::unique_ptr<const Decider> fit_rule(std::string_view name, const Settings& settings, const Scores& scores,
                                        const LabelMatrix& truth, const Run& run) {
  using Result = std::unique_ptr<const Decider>;
  check_held_out(name, scores, truth);
  return Rules::visit("rule", name, [&]<class Rule>(std::type_identity<Rule>) -> Result {
    Rule rule;
    configure(rule, settings, "rule.");
    return rule.fit(scores, truth, run);
  });
}

std::unique_ptr<const Decider> load_decider(const ModelReader& file) {
  using Result = std::unique_ptr<const Decider>;
  if (!file.manifest().contains("rule")) return nullptr;
  const std::string name = saved_rule(file).rule;
  if (std::find(Rules::names.begin(), Rules::names.end(), name) == Rules::names.end())
    throw Error(Code::bad_model, file.path() + ": " + unknown_name("rule", name, Rules::names));
  return Rules::visit("rule", name, [&]<class Rule>(std::type_identity<Rule>) -> Result { return Rule::load(file); });
}

bool calibrates(std::string_view name) {
  return std::find(Calibrations::names.begin(), Calibrations::names.end(), name) != Calibrations::names.end();
}

std::unique_ptr<const Calibration> fit_calibration(std::string_view name, const Settings& settings, const Scores& scores,
                                                   const LabelMatrix& truth, const Run& run) {
  using Result = std::unique_ptr<const Calibration>;
  check_held_out(name, scores, truth);
  return Calibrations::visit("rule", name, [&]<class Rule>(std::type_identity<Rule>) -> Result {
    Rule rule;
    configure(rule, settings, "rule.");
    return with_order(rule.fit(scores, truth, run), scores, truth, run);
  });
}

std::vector<Entry> rule_entries() {
  std::vector<Entry> entries = Rules::entries();
  for (Entry& entry : Calibrations::entries()) entries.push_back(std::move(entry));
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace tagma
