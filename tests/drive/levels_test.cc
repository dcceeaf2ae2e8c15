// Every loss at every instruction set: single precision beside double, tails of every width, arrays at any address, the
// same bytes for any number of threads.
#include "random_batch.h"

#include <tagma/drive/level.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <set>

namespace tagma {
namespace {

std::vector<CpuLevel> levels() {
  std::vector<CpuLevel> found;
  for (const CpuLevel level : {CpuLevel::baseline, CpuLevel::avx2, CpuLevel::avx512})
    if (runs_here(level)) found.push_back(level);
  return found;
}

struct Outcome {
  double value = 0;
  std::vector<double> slopes, curves, rows;
};

template <class Real>
Outcome outcome_of(const LossFunction& loss, const RandomBatch& random, bool weighted, std::size_t shift = 0) {
  std::vector<Real> outputs(shift);
  outputs.insert(outputs.end(), random.outputs.begin(), random.outputs.end());
  std::vector<Real> slopes(outputs.size(), 9), curves(outputs.size(), 9);
  Outcome outcome;
  outcome.rows.resize(static_cast<std::size_t>(random.rows));
  Batch<Real> batch = random.view(outputs);
  batch.outputs += shift;
  batch.slopes = slopes.data() + shift;
  batch.row_values = outcome.rows.data();
  if (loss.traits().curve) batch.curves = curves.data() + shift;
  if (weighted) {
    batch.grades = random.grades.data();
    batch.row_weights = random.row_weights.data();
    batch.label_weights = random.label_weights.data();
  }
  outcome.value = loss.run(batch, {});
  outcome.slopes.assign(slopes.begin() + static_cast<std::ptrdiff_t>(shift), slopes.end());
  outcome.curves.assign(curves.begin() + static_cast<std::ptrdiff_t>(shift), curves.end());
  return outcome;
}

void near(const std::vector<double>& single, const std::vector<double>& exact, double bound, const std::string& where) {
  ASSERT_EQ(single.size(), exact.size());
  double scale = 1;
  for (const double x : exact) scale = std::max(scale, std::abs(x));
  for (std::size_t i = 0; i < exact.size(); ++i) ASSERT_NEAR(single[i], exact[i], bound * scale) << where << " at " << i;
}

TEST(Levels, SinglePrecisionStaysBesideDoubleAtEveryWidth) {
  for (const Entry& entry : loss_entries())
    for (const CpuLevel level : levels()) {
      const auto loss = make_loss(entry.name, {{"reduction", "sum"}}, level);
      for (LabelId width = 1; width <= 40; ++width)
        for (const bool weighted : {false, true}) {
          const RandomBatch random(static_cast<std::uint64_t>(width), 5, width, *loss);
          const Outcome exact = outcome_of<double>(*loss, random, weighted);
          const Outcome single = outcome_of<float>(*loss, random, weighted);
          const std::string where = fmt::format("{}, level {}, {} labels", entry.name, static_cast<int>(level), width);
          ASSERT_NEAR(single.value, exact.value, 1e-5 * (1 + std::abs(exact.value))) << where;
          near(single.slopes, exact.slopes, 1e-5, where);
          near(single.curves, exact.curves, 1e-5, where);
          near(single.rows, exact.rows, 1e-5, where);
        }
    }
}

TEST(Levels, WideRowsCrossTheChunksOfASum) {
  for (const Entry& entry : loss_entries())
    for (const CpuLevel level : levels()) {
      const auto loss = make_loss(entry.name, {}, level);
      const RandomBatch random(3, 2, loss->outputs() == Outputs::pairs ? 60 : 1043, *loss);
      const Outcome exact = outcome_of<double>(*loss, random, false), single = outcome_of<float>(*loss, random, false);
      EXPECT_NEAR(single.value, exact.value, 1e-5 * (1 + std::abs(exact.value))) << entry.name;
      near(single.slopes, exact.slopes, 1e-5, entry.name);
    }
}

TEST(Levels, AddressesDoNotMatter) {
  for (const Entry& entry : loss_entries())
    for (const CpuLevel level : levels()) {
      const auto loss = make_loss(entry.name, {}, level);
      const RandomBatch random(4, 3, 37, *loss);
      const Outcome even = outcome_of<float>(*loss, random, true), odd = outcome_of<float>(*loss, random, true, 3);
      EXPECT_EQ(even.value, odd.value) << entry.name;
      EXPECT_EQ(even.slopes, odd.slopes) << entry.name;
    }
}

TEST(Levels, SameBytesForAnyNumberOfThreads) {
  for (const Entry& entry : loss_entries())
    for (const char* reduction : {"paper", "mean-rows"}) {
      const auto loss = make_loss(entry.name, {{"reduction", reduction}});
      const RandomBatch random(5, 700, loss->outputs() == Outputs::pairs ? 12 : 123, *loss);
      std::vector<float> first;
      double value = 0;
      for (const int threads : {1, 2, 5}) {
        std::vector<float> slopes(random.outputs.size());
        Batch<float> batch = random.view(random.outputs);
        batch.slopes = slopes.data();
        tagma::Run run;
        run.threads = threads;
        const double found = loss->run(batch, run);
        if (threads == 1) {
          value = found;
          first = slopes;
        }
        EXPECT_EQ(found, value) << entry.name;
        EXPECT_EQ(std::memcmp(slopes.data(), first.data(), slopes.size() * sizeof(float)), 0) << entry.name;
      }
    }
}

TEST(Levels, ValueWithoutSlopesAndCurvesIsTheSame) {
  for (const Entry& entry : loss_entries()) {
    const auto loss = make_loss(entry.name, {});
    const RandomBatch random(6, 50, 17, *loss);
    std::vector<float> curves(random.outputs.size());
    Batch<float> batch = random.view(random.outputs);
    const double alone = loss->run(batch, {});
    EXPECT_EQ(alone, outcome_of<float>(*loss, random, false).value) << entry.name;
    if (!loss->traits().curve) continue;
    batch.curves = curves.data();
    EXPECT_EQ(loss->run(batch, {}), alone) << entry.name;
  }
}

}  // namespace
}  // namespace tagma
