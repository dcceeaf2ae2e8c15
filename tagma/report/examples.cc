#include <tagma/report/examples.h>

#include <tagma/decide/threshold_decider.h>
#include <tagma/report/label_bars.h>
#include <tagma/report/number.h>

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace tagma {
namespace {

using Mark = LabelBar::Mark;

constexpr std::size_t of_a_kind = 4, fewest_bars = 5, most_bars = 12;

bool says(const ShownModel& model) { return model.scores && model.decisions && !model.scores->is_shortlist(); }

std::vector<const ShownModel*> telling(std::span<const ShownModel> models) {
  std::vector<const ShownModel*> all;
  for (const ShownModel& model : models)
    if (says(model) && all.size() < most_models_of_examples) all.push_back(&model);
  return all;
}

void choose(std::vector<ShownExample>& chosen, std::int64_t row, const std::string& why) {
  const auto at = std::find_if(chosen.begin(), chosen.end(), [&](const ShownExample& one) { return one.row == row; });
  if (at != chosen.end()) at->why += "; " + why;
  else if (chosen.size() < most_examples) chosen.push_back({.row = row, .why = why});
}

void choose_evenly(std::vector<ShownExample>& chosen, const std::vector<std::int64_t>& rows, const std::string& why) {
  const std::size_t some = std::min(of_a_kind, rows.size());
  for (std::size_t i = 0; i < some; ++i) choose(chosen, rows[(2 * i + 1) * rows.size() / (2 * some)], why);
}

void choose_worst(std::vector<ShownExample>& chosen, const ShownModel& model, const LabelMatrix& truth, std::size_t some) {
  std::vector<std::pair<double, std::int64_t>> rows;
  for (std::int64_t row = 0; row < truth.rows(); ++row)
    if (const double wrong = share_wrong(*model.scores, *model.decisions, truth, row); wrong > 0) rows.emplace_back(-wrong, row);
  std::sort(rows.begin(), rows.end());
  for (std::size_t i = 0; i < std::min(some, rows.size()); ++i)
    choose(chosen, rows[i].second, fmt::format("among the worst of {}", model.title));
}

// The foremost first: "7 > 3 = 1", or "1, 3, 7" without grades.
std::string truth_text(const ShownData& data, std::int64_t row) {
  const LabelRow labels = (*data.truth)[row];
  std::vector<std::pair<float, LabelId>> order;
  for (std::size_t i = 0; i < labels.present.size(); ++i)
    order.emplace_back(labels.grades.empty() ? 0.f : -labels.grades[i], labels.present[i]);
  std::sort(order.begin(), order.end());
  std::string text;
  for (std::size_t i = 0; i < order.size(); ++i) {
    if (i > 0) text += labels.grades.empty() ? ", " : order[i].first == order[i - 1].first ? " = " : " > ";
    text += data.label_name(order[i].second);
  }
  return text.empty() ? "none" : text;
}

Mark mark_of(Truth truth, bool given) {
  if (truth == Truth::present) return given ? Mark::right : Mark::missed;
  if (!given) return Mark::none;
  return truth == Truth::absent ? Mark::wrong : Mark::unknown;
}

std::optional<double> threshold_of(const Decider* decider, LabelId label) {
  const auto* rule = dynamic_cast<const ThresholdDecider*>(decider);
  if (!rule) return std::nullopt;
  const std::span<const float> all = rule->thresholds();
  return static_cast<double>(all[all.size() == 1 ? 0 : static_cast<std::size_t>(label)]);
}

// Labels that are true or given and, where these are few, the next best; highest score first.
LabelBars bars_of(const ShownModel& model, const ShownData& data, std::int64_t row) {
  const std::span<const float> scores = model.scores->row(row);
  const std::span<const LabelId> given = (*model.decisions)[row];
  std::vector<Truth> truth(scores.size());
  data.truth->fill(row, truth);
  std::vector<LabelId> order(scores.size()), shown;
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<LabelId>(i);
  const auto score = [&](LabelId label) { return scores[static_cast<std::size_t>(label)]; };
  std::stable_sort(order.begin(), order.end(), [&](LabelId a, LabelId b) { return score(a) > score(b); });
  const auto mark = [&](LabelId label) {
    return mark_of(truth[static_cast<std::size_t>(label)], std::binary_search(given.begin(), given.end(), label));
  };
  const auto marked = static_cast<std::size_t>(std::count_if(order.begin(), order.end(), [&](LabelId label) { return mark(label) != Mark::none; }));
  std::size_t others = fewest_bars > marked ? fewest_bars - marked : 0;
  for (const LabelId label : order)
    if (mark(label) != Mark::none) shown.push_back(label);
    else if (others > 0) shown.push_back(label), --others;
  LabelBars panel{.alt = model.title + ":", .cut = model.scores->cut()};
  if (shown.size() > most_bars) panel.more = fmt::format("and {} more labels, true or given", shown.size() - most_bars);
  for (std::size_t i = 0; i < std::min(shown.size(), most_bars); ++i) {
    const std::size_t at = static_cast<std::size_t>(row) * scores.size() + static_cast<std::size_t>(shown[i]);
    panel.bars.push_back({.name = data.label_name(shown[i]),
                          .score = model.scores->values[at],
                          .spread = model.scores->spread.empty() ? 0. : static_cast<double>(model.scores->spread[at]),
                          .threshold = threshold_of(model.decider, shown[i]),
                          .mark = mark(shown[i])});
  }
  return panel;
}

// One axis for all panels of a model: 0, the cut and every whisker lie on it.
void share_axis(std::vector<LabelBars>& panels, Scale scale) {
  double low = 0, high = scale == Scale::probability ? 1 : 0;
  for (const LabelBars& panel : panels)
    for (const LabelBar& bar : panel.bars)
      if (std::isfinite(bar.score) && std::isfinite(bar.spread)) {
        low = std::min(low, bar.score - bar.spread);
        high = std::max(high, bar.score + bar.spread);
      }
  if (high <= low) high = low + 1;
  for (LabelBars& panel : panels) panel.low = low, panel.high = high;
}

PictureCard card_of(const ShownExample& example, const ShownData& data) {
  const std::string truth = truth_text(data, example.row);
  PictureCard card{.title = fmt::format("row {}: {}", count_text(example.row + 1), example.name),
                   .png = example.png,
                   .width = example.width,
                   .height = example.height};
  card.alt = example.png.empty() ? example.fault : fmt::format("Picture of row {}, {}; true labels: {}", example.row + 1, example.name, truth);
  card.facts = {{data.truth->graded() ? "true labels, foremost first" : "true labels", truth}, {"shown as", example.why}};
  std::vector<Truth> cells(static_cast<std::size_t>(data.truth->labels()));
  data.truth->fill(example.row, cells);
  if (const auto unknown = std::count(cells.begin(), cells.end(), Truth::unknown); unknown > 0)
    card.facts.emplace_back("unknown labels", count_text(unknown));
  return card;
}

}  // namespace

double share_wrong(const Scores& scores, const Decisions& decisions, const LabelMatrix& truth, std::int64_t row) {
  const std::span<const float> values = scores.row(row);
  const std::span<const LabelId> given = decisions[row];
  std::vector<Truth> cells(values.size());
  std::vector<float> grades(values.size());
  truth.fill(row, cells);
  truth.fill_grades(row, grades);
  double wrong = 0, all = 0;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i] == Truth::unknown) continue;
    const bool present = cells[i] == Truth::present;
    ++all, wrong += present != std::binary_search(given.begin(), given.end(), static_cast<LabelId>(i));
    if (!present) continue;
    for (std::size_t j = 0; j < cells.size(); ++j)
      if (cells[j] == Truth::absent || (cells[j] == Truth::present && grades[j] < grades[i])) ++all, wrong += !(values[i] > values[j]);
  }
  return all > 0 ? wrong / all : 0;
}

std::vector<ShownExample> choose_examples(std::span<const ShownModel> models, const LabelMatrix& truth) {
  std::vector<ShownExample> chosen;
  const std::vector<const ShownModel*> all = telling(models);
  if (all.empty()) return chosen;
  std::vector<std::int64_t> several, none;
  for (std::int64_t row = 0; row < truth.rows(); ++row) {
    if (truth[row].present.size() >= 2) several.push_back(row);
    if (truth[row].present.empty()) none.push_back(row);
  }
  choose_evenly(chosen, several, "one with several labels");
  choose_evenly(chosen, none, "one without labels");
  for (const ShownModel* model : all)
    choose_worst(chosen, *model, truth, std::clamp<std::size_t>((most_examples - 2 * of_a_kind) / all.size(), 1, of_a_kind));
  return chosen;
}

std::string examples_note(std::span<const ShownModel> models) {
  const std::vector<const ShownModel*> all = telling(models);
  const auto some = [&](auto&& holds) { return std::any_of(all.begin(), all.end(), [&](const ShownModel* model) { return holds(*model); }); };
  std::string note = "A few rows with labels, a few without, and those that a model ranks worst. Bars are scores, highest first, on one axis per model; "
                     "the dashed line is the presence threshold.";
  if (some([](const ShownModel& model) { return threshold_of(model.decider, 0).has_value(); }))
    note += " Thick ticks: the tuned threshold of the label, which decides.";
  if (some([](const ShownModel& model) { return !model.scores->spread.empty(); }))
    note += " Whiskers: one standard deviation as the model predicts it.";
  note += " Full bars with “right” were given rightly; framed ones with “wrong” are given and not true, dashed ones with "
          "“missed” true and not given.";
  if (all.size() < models.size()) note += fmt::format(" {} of {} models are shown.", all.size(), models.size());
  return note;
}

CardRow example_cards(std::span<const ShownExample> examples, std::span<const ShownModel> models, const ShownData& data) {
  CardRow row;
  for (const ShownExample& example : examples) row.cards.push_back(card_of(example, data));
  for (const ShownModel* model : telling(models)) {
    std::vector<LabelBars> panels;
    for (const ShownExample& example : examples) panels.push_back(bars_of(*model, data, example.row));
    share_axis(panels, model->scores->scale);
    for (std::size_t i = 0; i < panels.size(); ++i) row.cards[i].figures.push_back({model->title, label_bars_svg(panels[i]), ""});
  }
  return row;
}

}  // namespace tagma
