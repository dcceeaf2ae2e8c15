// Steps against an independent reference: the update rules written out in double precision.
#include <tagma/deep/update.h>

#include <gtest/gtest.h>

#include <cmath>

namespace tagma::deep {
namespace {

struct Reference {
  Training settings;
  std::vector<double> weight, mean, square;
  void step(const std::vector<double>& slope, double rate, int t) {
    for (std::size_t i = 0; i < weight.size(); ++i) {
      double g = slope[i];
      if (settings.optimiser != Optimiser::adamw) g += settings.decay * weight[i];
      if (settings.optimiser == Optimiser::sgd) {
        mean[i] = settings.momentum * mean[i] + g;
        weight[i] -= rate * mean[i];
        continue;
      }
      mean[i] = 0.9 * mean[i] + 0.1 * g;
      square[i] = 0.999 * square[i] + 0.001 * g * g;
      const double away = settings.optimiser == Optimiser::adamw ? settings.decay * weight[i] : 0;
      weight[i] -= rate * (mean[i] / (1 - std::pow(0.9, t)) / (std::sqrt(square[i] / (1 - std::pow(0.999, t))) + 1e-8) + away);
    }
  }
};

class Layouts : public testing::TestWithParam<bool> {};  // flat, as on a device, or not
INSTANTIATE_TEST_SUITE_P(Updater, Layouts, testing::Bool(), [](const auto& layout) { return layout.param ? "flat" : "apart"; });

TEST_P(Layouts, FollowTheRulesAsWritten) {
  for (const Optimiser optimiser : {Optimiser::adamw, Optimiser::adam, Optimiser::sgd}) {
    Training settings;
    settings.optimiser = optimiser;
    settings.decay = 0.1;
    settings.clip = 0;
    constexpr std::size_t count = 50;
    Tensor weight = at::linspace(-1, 1, count);
    Reference reference{settings, std::vector<double>(count), std::vector<double>(count), std::vector<double>(count)};
    for (std::size_t i = 0; i < count; ++i) reference.weight[i] = static_cast<double>(weight.data_ptr<float>()[i]);
    Updater updater(settings, {{"w", weight, true}}, GetParam());
    for (int t = 1; t <= 5; ++t) {
      std::vector<double> slope(count);
      Tensor first = at::empty({count}), second = at::empty({count});
      for (std::size_t i = 0; i < count; ++i) {
        first.data_ptr<float>()[i] = static_cast<float>(std::sin(0.3 * static_cast<double>(i) + t));
        second.data_ptr<float>()[i] = static_cast<float>(0.5 * std::cos(static_cast<double>(i) * t));
        slope[i] = static_cast<double>(first.data_ptr<float>()[i]) + static_cast<double>(second.data_ptr<float>()[i]);
      }
      updater.add({{first}, {second}}, {});
      updater.step(0.01, 1, {});
      double squares = 0;
      for (const double s : slope) squares += s * s;
      EXPECT_NEAR(updater.length(), std::sqrt(squares), 1e-5);
      reference.step(slope, 0.01, t);
    }
    for (std::size_t i = 0; i < count; ++i)
      EXPECT_NEAR(static_cast<double>(weight.data_ptr<float>()[i]), reference.weight[i], 2e-6) << static_cast<int>(optimiser) << " " << i;
  }
}

TEST_P(Layouts, ClipAllSlopesTogether) {
  Training settings;
  settings.optimiser = Optimiser::sgd;
  settings.momentum = settings.decay = 0;
  settings.clip = 1;
  Tensor a = at::zeros({1}), b = at::zeros({1});
  Updater updater(settings, {{"a", a, false}, {"b", b, false}}, GetParam());
  updater.add({{at::full({1}, 3.0), at::full({1}, 4.0)}}, {});
  updater.step(1, 1, {});
  EXPECT_NEAR(updater.length(), 5, 1e-6);
  EXPECT_NEAR(a.item<float>(), -0.6, 1e-6);
  EXPECT_NEAR(b.item<float>(), -0.8, 1e-6);
  updater.add({{at::full({1}, 0.3), Tensor()}}, {});  // one batch of two that make a step; b had no slope
  updater.add({{at::full({1}, 0.1), Tensor()}}, {});
  updater.step(1, 2, {});
  EXPECT_NEAR(a.item<float>(), -0.8, 1e-6);
  EXPECT_NEAR(b.item<float>(), -0.8, 1e-6);
}

TEST_P(Layouts, LeaveBiasesAloneWithDecay) {
  Training settings;
  settings.decay = 0.5;
  Tensor weight = at::ones({4}), bias = at::ones({4});
  Updater updater(settings, {{"weight", weight, true}, {"bias", bias, false}}, GetParam());
  updater.add({{at::zeros({4}), at::zeros({4})}}, {});
  updater.step(0.1, 1, {});
  EXPECT_NEAR(weight[0].item<float>(), 0.95, 1e-6);
  EXPECT_EQ(bias[0].item<float>(), 1);
}

}  // namespace
}  // namespace tagma::deep
