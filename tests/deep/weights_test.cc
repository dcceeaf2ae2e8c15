// Starting from other people's weights: safetensors and TorchScript, what matched, and files that are not what they say.
#include <tagma/base/error.h>
#include <tagma/deep/safetensors.h>
#include <tagma/deep/scripted.h>
#include <tagma/deep/start.h>

#include <torch/csrc/jit/api/module.h>

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>

namespace tagma::deep {
namespace {

class Weights : public testing::Test {
 protected:
  Weights() : folder_(std::filesystem::temp_directory_path() / ("tagma_weights_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~Weights() override { std::filesystem::remove_all(folder_); }

  std::string safetensors(const std::string& header, std::size_t bytes_of_numbers, std::uint64_t length_off = 0) const {
    const std::string path = (folder_ / "w.safetensors").string();
    std::ofstream file(path, std::ios::binary);
    const std::uint64_t length = header.size() + length_off;
    file.write(reinterpret_cast<const char*>(&length), sizeof length);
    file << header;
    for (std::size_t i = 0; i < bytes_of_numbers / sizeof(float); ++i) {
      const float value = static_cast<float>(i) / 4;
      file.write(reinterpret_cast<const char*>(&value), sizeof value);
    }
    return path;
  }
  void refused(const std::string& path, const char* part) const {
    try {
      read_safetensors(path);
      ADD_FAILURE() << part;
    } catch (const Error& fault) {
      EXPECT_EQ(fault.code(), Code::bad_data);
      EXPECT_NE(std::string(fault.what()).find(part), std::string::npos) << fault.what();
    }
  }
  static NetworkSpec mlp() { return {"mlp", {{"widths", "3"}}, {.features = 2}, 4}; }

  std::filesystem::path folder_;
};

TEST_F(Weights, OfSafetensorsAreTakenByNameAndShape) {
  const std::string path = safetensors(R"({"__metadata__":{"by":"test"},"encoder.0.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                                       R"("encoder.0.bias":{"dtype":"F32","shape":[3],"data_offsets":[24,36]},)"
                                       R"("head.weight":{"dtype":"F32","shape":[1,3],"data_offsets":[36,48]},)"
                                       R"("other":{"dtype":"I32","shape":[1],"data_offsets":[48,52]}})", 52);
  const tagma::Run run;
  Net net(mlp(), run);
  std::vector<std::string> notes;
  Training settings;
  settings.weights = path;
  const Tensor head = net.parameters().find("head.weight")->value.detach().clone();
  start_from(net, settings, nullptr, notes);
  EXPECT_EQ(net.parameters().find("encoder.0.weight")->value[1][2].item<float>(), 1.25f);
  EXPECT_EQ(net.parameters().find("encoder.0.bias")->value[0].item<float>(), 1.5f);
  EXPECT_TRUE(at::equal(net.parameters().find("head.weight")->value, head));
  ASSERT_EQ(notes.size(), 4u);
  EXPECT_NE(notes[0].find("2 of 4"), std::string::npos) << notes[0];
  EXPECT_NE(notes[1].find("head.weight"), std::string::npos) << notes[1];
  EXPECT_NE(notes[2].find("other"), std::string::npos) << notes[2];
  EXPECT_NE(notes[3].find("head.bias"), std::string::npos) << notes[3];
}

TEST_F(Weights, HostileFilesAreRefused) {
  refused(safetensors("{}", 0, 1000), "cut off");
  refused(safetensors("{", 0), "header");
  refused(safetensors(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 8), "do not fit");
  refused(safetensors(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[16,0]}})", 32), "do not fit");
  refused(safetensors(R"({"a":{"dtype":"F32","shape":[-4],"data_offsets":[0,16]}})", 32), "do not fit");
  refused(safetensors(R"({"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}})", 32), "do not fit");
  refused(safetensors(R"({"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}})", 32), "F8");
  refused(safetensors(R"({"a":{"dtype":"F32","shape":"x","data_offsets":[0,4]}})", 32), "header");
  refused(safetensors(R"(["a"])", 32), "header");
}

TEST_F(Weights, NothingThatMatchesIsAnError) {
  const tagma::Run run;
  Net net(mlp(), run);
  std::vector<std::string> notes;
  Training settings;
  settings.weights = safetensors(R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})", 16);
  EXPECT_THROW(start_from(net, settings, nullptr, notes), Error);
  settings.weights = settings.weights.substr(0, settings.weights.size() - 12);  // no such file
  EXPECT_THROW(start_from(net, settings, nullptr, notes), Error);
}

TEST_F(Weights, PositionsOfAnotherGridAreResized) {
  const tagma::Run run;
  NetworkSpec small{"vit", {{"patch", "8"}}, {.pictures = true, .channels = 1, .size = 16}, 2};
  Net net(small, run);
  std::string header = R"({"pos_embed":{"dtype":"F32","shape":[1,17,192],"data_offsets":[0,13056]}})";  // a grid of 4 x 4
  Training settings;
  settings.weights = safetensors(header, 13056);
  std::vector<std::string> notes;
  start_from(net, settings, nullptr, notes);
  const Tensor positions = net.parameters().find("pos_embed")->value;
  EXPECT_EQ(positions.sizes(), (at::IntArrayRef{1, 5, 192}));
  EXPECT_EQ(positions[0][0][3].item<float>(), 0.75f);                           // the class token's vector as it was
  EXPECT_GT(positions[0][4][0].item<float>(), positions[0][1][0].item<float>());  // and the grid in its order
}

TEST_F(Weights, AScriptIsAnEncoder) {
  torch::jit::Module script("encoder");
  script.register_parameter("scale", at::full({6}, 2.0), false);
  script.define("def forward(self, x):\n  return x * self.scale\n");
  const std::string path = (folder_ / "encoder.pt").string();
  script.save(path);
  const tagma::Run run;
  const NetworkSpec spec{"torchscript", {{"script", path}}, {.features = 6}, 3};
  const Net net(spec, run);
  EXPECT_EQ(net.encoder().width(), 6);
  EXPECT_NE(net.parameters().find("script.scale"), nullptr);
  const std::vector<std::byte> bytes = net.encoder().script();
  NetworkSpec moved = spec;
  moved.settings.set("script", "/nowhere");
  const Net again(moved, run, bytes);
  Pass pass;
  const at::NoGradGuard no_slopes;
  EXPECT_TRUE(at::equal(net.encoder().forward({at::ones({1, 6}), {}, {}, {}}, pass), again.encoder().forward({at::ones({1, 6}), {}, {}, {}}, pass)));
  EXPECT_EQ(tensors_of_script(path).size(), 1u);
}

TEST_F(Weights, OtherFilesAreNoScripts) {
  const tagma::Run run;
  const std::string path = (folder_ / "text.pt").string();
  std::ofstream(path) << "no archive";
  for (const std::string& name : {path, (folder_ / "missing.pt").string()}) {
    try {
      const Net net({"torchscript", {{"script", name}}, {.features = 6}, 3}, run);
      ADD_FAILURE();
    } catch (const Error& fault) {
      EXPECT_NE(std::string(fault.what()).find(name), std::string::npos) << fault.what();
    }
  }
  torch::jit::Module wrong("encoder");
  wrong.define("def forward(self, x):\n  return x.sum()\n");
  wrong.save(path);
  try {
    const Net net({"torchscript", {{"script", path}}, {.features = 6}, 3}, run);
    ADD_FAILURE();
  } catch (const Error& fault) {
    EXPECT_NE(std::string(fault.what()).find("rows x width"), std::string::npos) << fault.what();
  }
}

}  // namespace
}  // namespace tagma::deep
