// Encoders: their sizes are those of the networks whose names they bear, rows do not see each other, bad settings are told.
#include <tagma/base/error.h>
#include <tagma/deep/network.h>

#include <gtest/gtest.h>

namespace tagma::deep {
namespace {

struct Known {
  const char* learner;
  Settings settings;
  std::int64_t size, weights, width;
};

NetworkSpec spec_of(const char* learner, const Settings& settings, std::int64_t size, std::int64_t channels = 3) {
  NetworkSpec spec;
  spec.learner = learner;
  spec.settings = settings;
  spec.shape.pictures = true;
  spec.shape.channels = channels;
  spec.shape.size = size;
  spec.outputs = 7;
  return spec;
}

// Weights without the last layer, as torchvision and timm count them: 11,689,512 - 513,000 of resnet18, and so on.
TEST(Encoders, AreOfTheKnownSizes) {
  for (const Known& known : {Known{"resnet", {{"depth", "18"}}, 224, 11176512, 512}, Known{"resnet", {{"depth", "34"}}, 224, 21284672, 512},
                             Known{"resnet", {{"depth", "50"}}, 224, 23508032, 2048}, Known{"vit", {{"model", "tiny"}}, 224, 5524416, 192},
                             Known{"vit", {{"model", "small"}}, 224, 21665664, 384}}) {
    const tagma::Run run;
    Parameters parameters(run);
    const NetworkSpec spec = spec_of(known.learner, known.settings, known.size);
    const auto encoder = make_encoder(spec.learner, spec.settings, spec.shape, parameters, {});
    EXPECT_EQ(parameters.count(), known.weights) << known.learner;
    EXPECT_EQ(encoder->width(), known.width) << known.learner;
  }
}

TEST(Encoders, BearTheNamesOfPublishedWeights) {
  const tagma::Run run;
  const Net resnet(spec_of("resnet", {{"depth", "50"}}, 224), run), vit(spec_of("vit", {}, 224), run);
  for (const char* name : {"conv1.weight", "bn1.running_var", "layer1.0.downsample.0.weight", "layer2.0.downsample.1.bias", "layer4.2.conv3.weight"})
    EXPECT_NE(resnet.parameters().find(name), nullptr) << name;
  for (const char* name : {"cls_token", "pos_embed", "patch_embed.proj.bias", "blocks.0.norm1.weight", "blocks.11.attn.qkv.bias", "blocks.3.mlp.fc2.weight", "norm.bias"})
    EXPECT_NE(vit.parameters().find(name), nullptr) << name;
}

TEST(Encoders, RowsDoNotSeeEachOtherAtPrediction) {
  const tagma::Run run;
  for (const NetworkSpec& spec : {spec_of("cnn", {}, 28, 1), spec_of("resnet", {}, 32), spec_of("vit", {{"patch", "8"}}, 32)}) {
    const Net net(spec, run);
    const at::NoGradGuard no_slopes;
    const Tensor x = at::arange(3 * spec.shape.channels * spec.shape.size * spec.shape.size, at::kFloat)
                         .reshape({3, spec.shape.channels, spec.shape.size, spec.shape.size}).mul(0.37).sin();
    Pass pass;
    const Tensor all = net.forward({x, {}, {}, {}}, pass), second = net.forward({x.slice(0, 1, 2), {}, {}, {}}, pass);
    EXPECT_EQ(all.sizes(), (at::IntArrayRef{3, 7}));
    EXPECT_TRUE(at::allclose(all[1], second[0], 1e-4, 1e-5)) << spec.learner;
    EXPECT_FALSE(at::allclose(all[0], all[1], 1e-4, 1e-5)) << spec.learner;
  }
}

TEST(Encoders, EveryWeightHasASlope) {
  const tagma::Run run;
  for (const NetworkSpec& spec : {spec_of("cnn", {}, 28, 1), spec_of("resnet", {}, 32), spec_of("vit", {{"patch", "8"}}, 32)}) {
    const Net net(spec, run);
    std::vector<Tensor> weights;
    for (const Named& one : net.parameters().weights()) weights.push_back(one.value);
    Pass pass;
    pass.training = true;
    const Tensor x = at::arange(4 * spec.shape.channels * spec.shape.size * spec.shape.size, at::kFloat)
                         .reshape({4, spec.shape.channels, spec.shape.size, spec.shape.size}).mul(0.91).sin();
    const Tensor y = net.forward({x, {}, {}, {}}, pass);
    const auto slopes = torch::autograd::grad({y}, weights, {at::ones_like(y)}, false, false, true);
    for (std::size_t w = 0; w < weights.size(); ++w) {
      ASSERT_TRUE(slopes[w].defined()) << net.parameters().weights()[w].name;
      EXPECT_TRUE(at::isfinite(slopes[w]).all().item<bool>()) << net.parameters().weights()[w].name;
    }
  }
}

// One shard must leave the running means that PyTorch's batch normalisation leaves.
TEST(BatchNormLayer, RunningMeansAreThoseOfLibTorch) {
  const tagma::Run run;
  Parameters parameters(run);
  const BatchNorm layer(parameters, "norm", 3);
  const Tensor x = at::arange(5 * 3 * 4 * 4, at::kFloat).reshape({5, 3, 4, 4}).mul(0.7).sin() + 2;
  std::vector<Pass> shards(1);
  shards[0].training = true;
  const Tensor ours = layer(x, shards[0]);
  absorb(parameters, shards);
  const Tensor mean = at::zeros({3}), variance = at::ones({3});
  const Tensor theirs = at::batch_norm(x, at::ones({3}), at::zeros({3}), mean, variance, true, 0.1, 1e-5, false);
  EXPECT_TRUE(at::allclose(ours, theirs, 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(parameters.find("norm.running_mean")->value, mean, 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(parameters.find("norm.running_var")->value, variance, 1e-5, 1e-6));
}

TEST(Encoders, SettingsThatDoNotFitAreTold) {
  const auto told = [](const NetworkSpec& spec, const char* part) {
    try {
      const tagma::Run run;
      const Net net(spec, run);
      ADD_FAILURE() << part;
    } catch (const Error& fault) {
      EXPECT_EQ(fault.code(), Code::usage);
      EXPECT_NE(std::string(fault.what()).find(part), std::string::npos) << fault.what();
    }
  };
  told(spec_of("vit", {{"patch", "7"}}, 32), "does not divide");
  told(spec_of("cnn", {{"widths", "8,8,8,8"}}, 8), "halve");
  told(spec_of("cnn", {{"widths", "8,,8"}}, 28), "widths");
  told(spec_of("cnn", {{"widths", "0"}}, 28), "widths");
  told(spec_of("mlp", {}, 28), "numeric features");
  told(spec_of("torchscript", {}, 28), "--learner.script");
}

}  // namespace
}  // namespace tagma::deep
