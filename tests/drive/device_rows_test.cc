// The code of a CUDA device, run on the host: every loss by teams of one and of two warps must give the numbers of the CPU
// driver, over number types, rows that begin anywhere, weights, totals and class balance.
#include <tagma/drive/balance.h>
#include <tagma/drive/device_rows.h>
#include <tagma/loss/catalog.h>

#include "tests/drive/host_wires.h"
#include "tests/drive/random_batch.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tagma {
namespace {

struct Way {
  int lanes = warp_size;
  DeviceNumber number = DeviceNumber::float32;
  bool label_weights = false, paper = false, balance = false, aligned = true;
};

struct Kernels {
  void (*rows)(const void*, const DeviceBlock&, const HostWires&, std::int64_t, std::int64_t);
  void (*count)(const void*, const DeviceBlock&, const HostWires&, std::int64_t, std::int64_t, Totals*);
};
template <class Loss>
void rows_of(const void* loss, const DeviceBlock& block, const HostWires& wires, std::int64_t team, std::int64_t teams) {
  const Loss& typed = *static_cast<const Loss*>(loss);
  if (!LabelLoss<Loss> || block.label_weights) run_device_rows<true>(typed, block, wires, team, teams);
  else run_device_rows<!LabelLoss<Loss>>(typed, block, wires, team, teams);
}
template <class Loss>
void count_of(const void* loss, const DeviceBlock& block, const HostWires& wires, std::int64_t team, std::int64_t teams,
              Totals* totals) {
  count_device_rows(*static_cast<const Loss*>(loss), block, wires, team, teams, totals);
}
template <class List>
struct Table;
template <class... Loss>
struct Table<Catalog<Loss...>> {
  static constexpr Kernels kernels[] = {{&rows_of<Loss>, &count_of<Loss>}...};
};

using Outcome = BatchOutcome;

std::uint16_t float16_of(float x) {  // by search: slow, and independent of what is tested
  std::uint16_t best = 0;
  for (int bits = 0; bits < 0x10000; ++bits) {
    const auto candidate = static_cast<std::uint16_t>(bits);
    const float there = float_of_float16(candidate), here = float_of_float16(best);
    if (std::abs(there - x) < std::abs(here - x)) best = candidate;
  }
  return best;
}

// Outputs as the device has them, and the floats that these are.
struct DeviceOutputs {
  std::vector<std::uint16_t> bits;
  std::vector<float> values;
  DeviceOutputs(const std::vector<float>& outputs, DeviceNumber number) : values(outputs) {
    for (float& x : values) {
      if (number == DeviceNumber::float32) continue;
      const bool brain = number == DeviceNumber::bfloat16;
      bits.push_back(std::isnan(x) ? 0x7fff : brain ? bfloat16_of(x) : float16_of(x));
      x = brain ? float_of_bfloat16(bits.back()) : float_of_float16(bits.back());
    }
  }
};

Outcome by_device(const LossFunction& loss, const RandomBatch& drawn, const DeviceOutputs& outputs, const Way& way) {
  constexpr std::int64_t teams = 2;
  const LossPlace place = loss.place();
  const Kernels& kernels = Table<Losses>::kernels[place.place];
  Outcome outcome;
  outcome.row_values.resize(static_cast<std::size_t>(drawn.rows));
  std::vector<float> slopes(outputs.values.size(), -1e9f);
  std::vector<double> sums(teams), balance;
  std::vector<LabelId> present(static_cast<std::size_t>(teams * drawn.labels));
  Totals totals;
  DeviceBlock block;
  block.rows = drawn.rows, block.labels = drawn.labels, block.outputs_per_row = drawn.width;
  block.number = way.number, block.aligned = way.aligned, block.paper = way.paper;
  block.divisor = static_cast<double>(drawn.rows);
  block.outputs = way.number == DeviceNumber::float32 ? static_cast<const void*>(outputs.values.data()) : outputs.bits.data();
  block.truth = drawn.truth.data(), block.grades = drawn.grades.data(), block.row_weights = drawn.row_weights.data();
  block.label_weights = way.label_weights ? drawn.label_weights.data() : nullptr;
  block.slopes = slopes.data(), block.row_values = outcome.row_values.data();
  block.sums = sums.data(), block.present = present.data(), block.totals = &totals;
  if (place.weights) {
    balance = place.weights->label;
    balance.push_back(place.weights->negative);
    block.balance = balance.data();
  }
  as_team(way.lanes, [&](const HostWires& wires) {
    for (std::int64_t team = 0; team < teams; ++team) kernels.count(place.loss, block, wires, team, teams, &totals);
    wires.sync();
    for (std::int64_t team = 0; team < teams; ++team) kernels.rows(place.loss, block, wires, team, teams);
    wires.sync();
    const double value = sum_of_teams(sums.data(), teams, wires);
    if (wires.lane() == 0) outcome.value = value;
  });
  for (std::size_t o = 0; o < slopes.size(); ++o)
    outcome.slopes.push_back(number_at(slopes.data(), slopes_of(way.number), static_cast<std::int64_t>(o)));
  return outcome;
}

void expect_same(const Outcome& device, const Outcome& cpu, const Way& way) {
  constexpr double bound = 2e-5;
  EXPECT_NEAR(device.value, cpu.value, bound * (1 + std::abs(cpu.value)));
  for (std::size_t r = 0; r < cpu.row_values.size(); ++r)
    EXPECT_NEAR(device.row_values[r], cpu.row_values[r], bound * (1 + std::abs(cpu.row_values[r]))) << r;
  double largest = 0;
  for (const double slope : cpu.slopes) largest = std::max(largest, std::abs(slope));
  const double rounding = way.number == DeviceNumber::bfloat16 ? 0x1p-8 : 0;
  for (std::size_t o = 0; o < cpu.slopes.size(); ++o)
    EXPECT_NEAR(device.slopes[o], cpu.slopes[o], bound * largest + rounding * std::abs(cpu.slopes[o])) << o;
}

void try_all(const Way& way, LabelId labels) {
  for (const std::string_view name : Losses::names) {
    SCOPED_TRACE(name);
    Settings settings{{"reduction", way.paper ? "paper" : "mean-rows"}, {"balance", way.balance ? "effective" : "none"}};
    const auto loss = make_loss(name, settings);
    if (way.balance) loss->set_counts({std::vector<std::int64_t>(static_cast<std::size_t>(labels), 7), 90});
    const RandomBatch drawn(31, 3, labels, *loss);
    const DeviceOutputs outputs(drawn.outputs, way.number);
    expect_same(by_device(*loss, drawn, outputs, way), by_cpu<float>(*loss, drawn, outputs.values, way.label_weights), way);
    if (testing::Test::HasFailure()) return;
  }
}

TEST(DeviceRows, AWarpGivesTheNumbersOfTheCpu) { try_all({}, 37); }
TEST(DeviceRows, SoDoManyWarps) { try_all({.lanes = 2 * warp_size}, 67); }
TEST(DeviceRows, InShortNumberTypes) {
  try_all({.number = DeviceNumber::bfloat16}, 9);
  try_all({.number = DeviceNumber::float16}, 6);
}
TEST(DeviceRows, WithLabelWeightsAndTotals) { try_all({.label_weights = true, .paper = true}, 18); }
TEST(DeviceRows, WithBalancedClassesAndArraysThatAreNotAligned) { try_all({.paper = true, .balance = true, .aligned = false}, 11); }

TEST(DeviceNumbers, AreTheirBits) {
  EXPECT_EQ(float_of_float16(0x3c00), 1);
  EXPECT_EQ(float_of_float16(0xc500), -5);
  EXPECT_EQ(float_of_float16(0x0001), 0x1p-24f);
  EXPECT_EQ(float_of_float16(0x83ff), -1023 * 0x1p-24f);
  EXPECT_EQ(float_of_float16(0x7bff), 65504);
  EXPECT_EQ(float_of_float16(0xfc00), -INFINITY);
  EXPECT_TRUE(std::isnan(float_of_float16(0x7e01)));
  EXPECT_EQ(bfloat16_of(1.f), 0x3f80);
  EXPECT_EQ(bfloat16_of(1.00390625f), 0x3f80);    // halfway: to the even one below
  EXPECT_EQ(bfloat16_of(1.01171875f), 0x3f82);    // halfway: to the even one above
  EXPECT_EQ(bfloat16_of(-3.4e38f), 0xff80);       // beyond the largest
  EXPECT_TRUE(std::isnan(float_of_bfloat16(bfloat16_of(NAN))));
}

}  // namespace
}  // namespace tagma
