#include <tagma/make/xmc.h>

#include <tagma/make/power_law.h>
#include <tagma/make/rows.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

constexpr double within_topic = 0.7, from_label = 0.60, from_topic = 0.25;
constexpr std::uint64_t features_of_label = 12;
constexpr std::int64_t features_of_topic = 200;
constexpr int tries_per_label = 4;

// Multiplies uniforms until they fall below exp(-mean): portable, and quick for the small means of a row.
std::int64_t poisson(double mean, Rng& rng) {
  const double floor = portable_exp(-mean);
  std::int64_t count = 0;
  for (double product = rng.uniform(); product > floor; product *= rng.uniform()) ++count;
  return count;
}

class XmcModel {
 public:
  XmcModel(const Xmc& settings, const Rng& rng)
      : settings_(settings), topics_(std::min(settings.topics, settings.labels)), label_law_(settings.labels, settings.exponent),
        topic_label_law_((settings.labels - 1) / topics_ + 1, settings.exponent), topic_feature_law_(features_of_topic, 1),
        feature_law_(settings.features, 1), label_features_(rng.fork(0)), topic_features_(rng.fork(1)) {}

  // Labels come in the order drawn; returns the topic of the row.
  std::int32_t draw_labels(Rng& rng, std::vector<LabelId>& present) const {
    present.clear();
    const auto first = static_cast<LabelId>(label_law_.draw(rng));
    const std::int32_t topic = first % topics_;
    if (rng.chance(settings_.negatives)) return topic;
    present.push_back(first);
    const std::int64_t more = poisson(settings_.labels_per_row - 1, rng);
    for (std::int64_t i = 0; i < more; ++i)
      for (int tries = 0; tries < tries_per_label; ++tries) {
        const LabelId label = further_label(topic, rng);
        if (std::find(present.begin(), present.end(), label) != present.end()) continue;
        present.push_back(label);
        break;
      }
    return topic;
  }

  void draw_features(std::span<const LabelId> present, std::int32_t topic, Rng& rng, std::vector<std::int32_t>& drawn) const {
    drawn.clear();
    const std::int64_t draws = std::max<std::int64_t>(1, poisson(settings_.features_per_row, rng));
    for (std::int64_t i = 0; i < draws; ++i) {
      const double source = rng.uniform();
      if (source < from_label && !present.empty()) {
        const auto label = static_cast<std::uint64_t>(present[rng.below(present.size())]);
        drawn.push_back(hashed(label_features_, label * features_of_label + rng.below(features_of_label)));
      } else if (source < from_label + from_topic) {
        const auto place = static_cast<std::uint64_t>(topic_feature_law_.draw(rng));
        drawn.push_back(hashed(topic_features_, static_cast<std::uint64_t>(topic) * features_of_topic + place));
      } else {
        drawn.push_back(static_cast<std::int32_t>(feature_law_.draw(rng)));
      }
    }
    std::sort(drawn.begin(), drawn.end());
  }

 private:
  LabelId further_label(std::int32_t topic, Rng& rng) const {
    if (!rng.chance(within_topic)) return static_cast<LabelId>(label_law_.draw(rng));
    const std::int64_t label = topic + topics_ * topic_label_law_.draw(rng);
    return static_cast<LabelId>(label < settings_.labels ? label : topic);
  }
  std::int32_t hashed(const Rng& kind, std::uint64_t key) const {
    return static_cast<std::int32_t>(kind.fork(key).below(static_cast<std::uint64_t>(settings_.features)));
  }

  const Xmc& settings_;
  std::int32_t topics_;
  PowerLaw label_law_, topic_label_law_, topic_feature_law_, feature_law_;
  Rng label_features_, topic_features_;
};

void append_features(std::span<const std::int32_t> drawn, CsrArrays& out) {
  for (std::size_t first = 0, next; first < drawn.size(); first = next) {
    for (next = first + 1; next < drawn.size() && drawn[next] == drawn[first];) ++next;
    out.columns_of.push_back(drawn[first]);
    out.values.push_back(static_cast<float>(std::sqrt(static_cast<double>(next - first) / static_cast<double>(drawn.size()))));
  }
  out.starts.push_back(static_cast<std::int64_t>(out.columns_of.size()));
}

// Joins the blocks in order and frees each as it goes, so that little more than the result is held.
CsrArrays joined(std::vector<CsrArrays> blocks) {
  std::size_t rows = 0, stored = 0;
  for (const CsrArrays& block : blocks) rows += block.starts.size() - 1, stored += block.columns_of.size();
  CsrArrays whole;
  whole.starts.reserve(rows + 1);
  whole.columns_of.reserve(stored);
  whole.values.reserve(stored);
  for (CsrArrays& block : blocks) {
    const auto before = static_cast<std::int64_t>(whole.columns_of.size());
    for (std::size_t row = 1; row < block.starts.size(); ++row) whole.starts.push_back(before + block.starts[row]);
    whole.columns_of.insert(whole.columns_of.end(), block.columns_of.begin(), block.columns_of.end());
    whole.values.insert(whole.values.end(), block.values.begin(), block.values.end());
    block = {};
  }
  return whole;
}

void make_part(const Xmc& settings, const XmcModel& model, std::int64_t rows, Stream which, const Run& run, Dataset& data) {
  std::vector<CsrArrays> features(static_cast<std::size_t>((rows + rows_per_block - 1) / rows_per_block));
  const auto draw = [&](Rng& rng, std::int64_t first, std::int64_t last, DrawnLabels& out) {
    CsrArrays& block = features[static_cast<std::size_t>(first / rows_per_block)];
    std::vector<LabelId> present;
    std::vector<std::int32_t> drawn;
    for (std::int64_t row = first; row < last; ++row) {
      const std::int32_t topic = model.draw_labels(rng, present);
      model.draw_features(present, topic, rng, drawn);
      std::sort(present.begin(), present.end());
      out.add(present);
      append_features(drawn, block);
    }
    block.columns_of.shrink_to_fit();
    block.values.shrink_to_fit();
  };
  data.labels = draw_rows(stream(run, which), rows, settings.labels, run, draw);
  data.features = FeatureMatrix(joined(std::move(features)), settings.features);
}

}  // namespace

Generated Xmc::make(std::int64_t rows, const Run& run) const {
  const PartRows parts = part_rows(rows, valid, test);
  const XmcModel model(*this, stream(run, Stream::parameters));
  Generated made;
  make_part(*this, model, parts.train, Stream::train, run, made.train);
  make_part(*this, model, parts.valid, Stream::valid, run, made.valid);
  make_part(*this, model, parts.test, Stream::test, run, made.test);
  made.notes.push_back("labels have low ids when they are frequent; label id modulo topics is the topic");
  return made;
}

}  // namespace tagma
