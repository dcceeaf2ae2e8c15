// Laws that every metric of the catalog keeps: relabelling and unknown scores change nothing, values stay in bounds,
// perfect scores are best, repeated rows weigh like weights, threads change no byte.
#include "../measure/toys.h"

#include <tagma/measure/catalog.h>

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <numeric>

namespace tagma {
namespace {

// Presence and order probabilities too, so that nothing is left out.
test::Toy full_toy(std::uint64_t seed, test::ToyOptions options = {}) {
  test::Toy toy = test::random_toy(seed, options);
  toy.scores.order = Order::logistic;
  return toy;
}

test::Toy rebuilt(const test::Toy& toy, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& labels) {
  std::vector<std::vector<int>> cells;
  std::vector<std::vector<double>> grades;
  std::vector<std::vector<float>> scores;
  std::vector<std::vector<bool>> decided;
  for (const std::size_t r : rows) {
    cells.emplace_back(), grades.emplace_back(), scores.emplace_back(), decided.emplace_back();
    const auto chosen = toy.decisions[static_cast<std::int64_t>(r)];
    for (const std::size_t l : labels) {
      cells.back().push_back(toy.cells[r][l]), grades.back().push_back(toy.grades[r][l]);
      scores.back().push_back(toy.scores.values[r * static_cast<std::size_t>(toy.scores.labels) + l]);
      decided.back().push_back(std::binary_search(chosen.begin(), chosen.end(), static_cast<LabelId>(l)));
    }
  }
  test::Toy made = test::toy_of(cells, grades, scores, decided, toy.truth.graded(), toy.truth.rest() == Truth::unknown,
                                toy.scores.scale);
  made.scores.order = toy.scores.order;
  return made;
}
std::vector<std::size_t> upto(std::size_t n) {
  std::vector<std::size_t> all(n);
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

void expect_same(const Evaluation& a, const Evaluation& b, double tolerance, const char* why) {
  ASSERT_EQ(a.measures.size(), b.measures.size()) << why;
  for (std::size_t i = 0; i < a.measures.size(); ++i) {
    EXPECT_EQ(a.measures[i].name, b.measures[i].name);
    EXPECT_NEAR(a.measures[i].value, b.measures[i].value, tolerance) << why << " " << a.measures[i].name;
    EXPECT_EQ(a.measures[i].support, b.measures[i].support) << why << " " << a.measures[i].name;
    EXPECT_EQ(a.measures[i].undefined, b.measures[i].undefined) << why << " " << a.measures[i].name;
  }
}

TEST(MetricLaws, CatalogIsAlphabeticalAndComplete) {
  EXPECT_TRUE(std::is_sorted(Metrics::names.begin(), Metrics::names.end()));
  EXPECT_EQ(Metrics::size, 44u);
  for (const Entry& entry : Metrics::entries()) EXPECT_FALSE(entry.says.empty()) << entry.name;
  const Evaluation found = evaluate(full_toy(1).judged(), {}, {});
  EXPECT_TRUE(found.left_out.empty()) << found.left_out.front().name << ": " << found.left_out.front().reason;
}

TEST(MetricLaws, RelabellingChangesNothing) {
  // Scores all different within a row, as ties at k are broken by label id.
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const test::Toy toy = full_toy(seed, {.levels = 1 << 20});
    Rng rng(seed);
    auto labels = upto(9);
    rng.shuffle(labels);
    auto rows = upto(40);
    rng.shuffle(rows);
    expect_same(evaluate(toy.judged(), {}, {}), evaluate(rebuilt(toy, upto(40), labels).judged(), {}, {}), 1e-12, "labels");
    expect_same(evaluate(toy.judged(), {}, {}), evaluate(rebuilt(toy, rows, upto(9)).judged(), {}, {}), 1e-12, "rows");
  }
}

TEST(MetricLaws, ScoresOfUnknownCellsChangeNothing) {
  for (const bool rest_unknown : {false, true}) {
    test::Toy toy = full_toy(3, {.unknown = 0.4, .rest_unknown = rest_unknown});
    const Evaluation before = evaluate(toy.judged(), {}, {});
    Decisions decisions(9);
    for (std::size_t r = 0; r < 40; ++r) {
      std::vector<LabelId> chosen;
      for (std::size_t l = 0; l < 9; ++l) {
        const auto old = toy.decisions[static_cast<std::int64_t>(r)];
        const bool decided = std::binary_search(old.begin(), old.end(), static_cast<LabelId>(l));
        const bool unknown = toy.cells[r][l] < 0;
        if (unknown) toy.scores.values[r * 9 + l] = std::numeric_limits<float>::quiet_NaN();
        if (decided != unknown) chosen.push_back(static_cast<LabelId>(l));  // unknown cells are decided the other way
      }
      decisions.add(chosen);
    }
    toy.decisions = decisions;
    expect_same(before, evaluate(toy.judged(), {}, {}), 0, "unknown");
  }
}

TEST(MetricLaws, NanAtAKnownCellIsAnError) {
  test::Toy toy = full_toy(3, {.unknown = 0});
  toy.scores.values[4 * 9 + 2] = std::numeric_limits<float>::quiet_NaN();
  for (const std::string_view name : Metrics::names) {
    if (toy.judged().decisions && (name.ends_with("f1") || name.ends_with("f2") || name.ends_with("precision") ||
                                   name.ends_with("recall") || name.ends_with("jaccard") || name == "hamming_loss" ||
                                   name == "subset_accuracy"))
      continue;
    try {
      evaluate(toy.judged(), {.names = {std::string(name)}}, {});
      ADD_FAILURE() << name;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_data);
      EXPECT_NE(std::string(error.what()).find("row 4, label 2"), std::string::npos) << name << ": " << error.what();
    }
  }
}

double low_of(const std::string& name) {
  const bool signed_value = name.find("tau") != std::string::npos || name == "spearman_rho" ||
                            name == "goodman_kruskal_gamma" || name.starts_with("significance");
  return signed_value ? -1 : 0;
}
double high_of(const std::string& name, double labels) {
  return name == "coverage_error" ? labels : name == "presence_log_loss" ? 17 : 1;
}

TEST(MetricLaws, ValuesStayInBoundsAndPerfectScoresAreBest) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    test::Toy toy = full_toy(seed, {.levels = 5});
    const Evaluation found = evaluate(toy.judged(), {}, {});
    for (const Measure& m : found.measures) {
      EXPECT_GE(m.value, low_of(m.name)) << m.name;
      EXPECT_LE(m.value, high_of(m.name, 9)) << m.name;
    }
    // Scores that repeat the truth, and their opposite.
    const auto with_scores = [&](double sign) {
      test::Toy made = toy;
      made.decisions = Decisions(9);
      for (std::size_t r = 0; r < 40; ++r) {
        std::vector<LabelId> chosen;
        for (std::size_t l = 0; l < 9; ++l) {
          const double truth = sign > 0 ? made.grades[r][l] / 3 : 1 - made.grades[r][l] / 3;
          made.scores.values[r * 9 + l] = static_cast<float>(truth);
          if ((made.cells[r][l] == 1) == (sign > 0)) chosen.push_back(static_cast<LabelId>(l));
        }
        made.decisions.add(chosen);
      }
      return evaluate(made.judged(), {.zero_division = ZeroDivision::skip}, {});
    };
    const Evaluation best = with_scores(1), worst = with_scores(-1);
    for (const Measure& m : best.measures) {
      if (m.name.starts_with("presence") || m.name.starts_with("order") || m.name == "significance_ccc") continue;
      if (m.name.starts_with("ps")) continue;  // best when rare labels come first
      if (m.name.starts_with("precision_at") || m.name.starts_with("recall_at") || m.name == "coverage_error") continue;
      const double ideal = m.better == Better::higher ? 1 : 0;
      EXPECT_NEAR(m.value, ideal, 1e-12) << m.name;
      const Measure* other = worst.find(m.name);
      ASSERT_NE(other, nullptr) << m.name;
      EXPECT_LT(m.better == Better::higher ? other->value : -other->value, m.better == Better::higher ? m.value : -m.value) << m.name;
    }
  }
}

TEST(MetricLaws, ARowRepeatedWeighsLikeAWeight) {
  for (const Preset preset : {Preset::none, Preset::sklearn, Preset::mulan, Preset::torchmetrics, Preset::xmc}) {
    const test::Toy toy = full_toy(5);
    Rng rng(9);
    std::vector<float> weights;
    std::vector<std::size_t> rows;
    for (std::size_t r = 0; r < 40; ++r) {
      weights.push_back(static_cast<float>(rng.below(4)));
      for (int i = 0; i < static_cast<int>(weights.back()); ++i) rows.push_back(r);
    }
    // The same training counts on both sides, as propensities would otherwise follow the repeated rows.
    const std::vector<std::int64_t> counts{3, 9, 1, 40, 7, 5, 2, 0, 11};
    Judged weighted = toy.judged();
    weighted.row_weights = weights, weighted.train_present = counts, weighted.train_rows = 100;
    const test::Toy repeated = rebuilt(toy, rows, upto(9));
    Judged plain = repeated.judged();
    plain.train_present = counts, plain.train_rows = 100;
    const Evaluation a = evaluate(weighted, {.preset = preset}, {}), b = evaluate(plain, {.preset = preset}, {});
    ASSERT_EQ(a.measures.size(), b.measures.size());
    for (std::size_t i = 0; i < a.measures.size(); ++i) {
      if (preset == Preset::mulan && a.measures[i].name == "macro_map") continue;  // order of rows counts there
      EXPECT_NEAR(a.measures[i].value, b.measures[i].value, 1e-11) << a.measures[i].name << " preset " << int(preset);
    }
  }
}

TEST(MetricLaws, ThreadsChangeNoByte) {
  const test::Toy toy = full_toy(6, {.rows = 1500, .labels = 30});
  const MeasureOptions options{.interval = true, .replicates = 25};
  const Evaluation one = evaluate(toy.judged(), options, {.threads = 1}), two = evaluate(toy.judged(), options, {.threads = 2});
  ASSERT_EQ(one.measures.size(), two.measures.size());
  for (std::size_t i = 0; i < one.measures.size(); ++i) {
    EXPECT_EQ(std::memcmp(&one.measures[i].value, &two.measures[i].value, sizeof(double)), 0) << one.measures[i].name;
    ASSERT_TRUE(one.measures[i].interval && two.measures[i].interval) << one.measures[i].name;
    EXPECT_EQ(std::memcmp(&*one.measures[i].interval, &*two.measures[i].interval, sizeof(Interval)), 0) << one.measures[i].name;
  }
}

}  // namespace
}  // namespace tagma
