// Trainings as a whole: they go on from a checkpoint with the same bytes, stop at a loss that is no number, freeze what is
// to be frozen, keep means of weights.
#include <tagma/base/file.h>
#include <tagma/base/rng.h>
#include <tagma/deep/copies.h>
#include <tagma/deep/learn.h>
#include <tagma/deep/model.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

namespace tagma::deep {
namespace {

Dataset toy(std::int64_t rows, std::uint64_t seed) {
  Rng rng(seed);
  Dataset data;
  data.labels = LabelMatrix(4);
  DenseArrays dense;
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<LabelId> present;
    std::vector<float> x(6);
    for (float& value : x) value = static_cast<float>(rng.normal());
    for (LabelId label = 0; label < 4; ++label)
      if (x[static_cast<std::size_t>(label)] + 0.5f * x[static_cast<std::size_t>(label) + 1] > 0.5f) present.push_back(label);
    data.labels.add(present);
    dense.values.insert(dense.values.end(), x.begin(), x.end());
  }
  data.features = FeatureMatrix(std::move(dense), rows, 6);
  return data;
}

struct Fixture {
  Dataset train = toy(150, 1), held_out = toy(60, 2);
  std::unique_ptr<LossFunction> loss = make_loss("unimlr", {});
  Settings settings{{"widths", "16"}, {"epochs", "8"}, {"batch", "40"}, {"dropout", "0.2"}, {"rate", "0.01"}};

  Learned learn(const tagma::Run& run, bool watched = true) const {
    return deep::learn({"mlp", settings, train, watched ? &held_out : nullptr, *loss, nullptr, run});
  }
};

std::vector<std::byte> bytes_of(const Model& model) {
  ModelWriter file;
  model.save(file);
  return file.bytes();
}

const Net& net_of(const Learned& learned) { return dynamic_cast<const NetworkModel&>(*learned.model).net(); }

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("tagma_deep_" + std::to_string(::getpid()))) { std::filesystem::create_directories(path_); }
  ~Folder() { std::filesystem::remove_all(path_); }
  std::string file(const char* name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

TEST(NetworkTraining, GoesOnWithTheSameBytesAfterAnyStep) {
  Fixture toy;
  const Folder folder;
  for (const char* schedule : {"cosine", "plateau"}) {
    toy.settings.set("schedule", schedule);
    toy.settings.set("ema", "0.9");
    toy.settings.set("accumulate", "3");
    const std::vector<std::byte> whole = bytes_of(*toy.learn({}).model);
    for (const int stop_after : {1, 2, 4, 6, 17, 32}) {
      tagma::Run run;
      run.part = folder.file("m.part");
      std::filesystem::remove(run.part);
      std::stop_source stop;
      tagma::Run first = run;
      first.stop = stop.get_token();
      int steps = 0;
      first.progress = [&](const Progress& at) {
        if (at.what == "train" && ++steps == stop_after) stop.request_stop();
      };
      try {
        EXPECT_TRUE(toy.learn(first).interrupted || stop_after >= 32) << stop_after;
      } catch (const Error& none_yet) {
        EXPECT_EQ(none_yet.code(), Code::interrupted);
      }
      const Learned rest = toy.learn(run);
      EXPECT_FALSE(rest.interrupted);
      EXPECT_EQ(bytes_of(*rest.model), whole) << schedule << " " << stop_after;
    }
  }
}

TEST(NetworkTraining, ACheckpointOfAnotherJobOrADamagedOneIsLeftOut) {
  Fixture toy;
  const Folder folder;
  tagma::Run run;
  run.part = folder.file("m.part");
  std::vector<std::string> warnings;
  run.log = [&](Level level, std::string_view text) {
    if (level == Level::warning) warnings.emplace_back(text);
  };
  const std::vector<std::byte> whole = bytes_of(*toy.learn({}).model);
  toy.settings.set("rate", "0.02");
  toy.learn(run);
  toy.settings.set("rate", "0.01");
  EXPECT_EQ(bytes_of(*toy.learn(run).model), whole);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("other settings"), std::string::npos);
  std::filesystem::resize_file(run.part, 1000);
  EXPECT_EQ(bytes_of(*toy.learn(run).model), whole);
  {  // the last section that is read: nothing before it may have been taken
    std::fstream file(run.part, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(-8, std::ios::end);
    file << "damaged!";
  }
  EXPECT_EQ(bytes_of(*toy.learn(run).model), whole);
  std::ofstream(run.part) << "something else";
  EXPECT_EQ(bytes_of(*toy.learn(run).model), whole);
  EXPECT_EQ(warnings.size(), 4u);
}

// Before it has learned anything a network says how frequent labels are.
TEST(NetworkTraining, StartsFromTheBestConstantModel) {
  Fixture toy;
  toy.loss = make_loss("bce", {});
  toy.settings.set("rate", "1e-9");
  toy.settings.set("epochs", "1");
  toy.settings.set("dropout", "0");
  const Learned learned = toy.learn({}, false);
  double entropy = 0;
  for (LabelId label = 0; label < 4; ++label) {
    double present = 0;
    for (std::int64_t r = 0; r < toy.train.rows(); ++r)
      present += std::ranges::count(toy.train.labels[r].present, label) > 0;
    const double p = present / static_cast<double>(toy.train.rows());
    entropy -= p * std::log(p) + (1 - p) * std::log(1 - p);
  }
  EXPECT_EQ(learned.facts[0].first, "objective");
  EXPECT_NEAR(learned.facts[0].second, entropy, 0.02 * entropy);
}

TEST(NetworkTraining, ALossThatIsNoNumberEndsItAndTheLastGoodNetworkStays) {
  Fixture toy;
  toy.settings.set("clip", "0");
  toy.settings.set("optimiser", "sgd");
  toy.settings.set("rate", "1000");
  toy.settings.set("warmup", "0");
  EXPECT_THROW(
      {
        try {
          toy.learn({});
        } catch (const Error& fault) {
          EXPECT_EQ(fault.code(), Code::bad_data);
          EXPECT_NE(std::string(fault.what()).find("unimlr"), std::string::npos) << fault.what();
          EXPECT_NE(std::string(fault.what()).find("step"), std::string::npos) << fault.what();
          throw;
        }
      },
      Error);
  toy.settings.set("warmup", "1");  // harmless in the first epochs, and then not
  toy.settings.set("batch", "150");
  toy.settings.set("epochs", "2000");
  toy.settings.set("patience", "0");
  try {
    const Learned learned = toy.learn({});
    ASSERT_FALSE(learned.notes.empty());
    EXPECT_NE(learned.notes.back().find("the best network before that was kept"), std::string::npos);
    const Scores scores = learned.model->score(toy.train.features, 0, 10, {});
    for (const float value : scores.values) EXPECT_TRUE(std::isfinite(value));
  } catch (const Error& fault) {
    ADD_FAILURE() << fault.what();
  }
}

TEST(NetworkTraining, HeldOutRowsAreWeighedAsTheTrainingSetSays) {
  Fixture toy;
  toy.loss = make_loss("any-class", {{"balance", "effective"}});
  toy.loss->set_counts(count_classes(toy.train.labels));
  EXPECT_FALSE(toy.learn({}).interrupted);
}

TEST(NetworkTraining, AFrozenEncoderStaysAsItIs) {
  Fixture toy;
  toy.settings.set("freeze", "true");
  toy.settings.set("head", "mlp");
  tagma::Run run;
  const Net before({"mlp", toy.settings, {.features = 6}, toy.loss->outputs(4)}, run);
  const Learned learned = toy.learn(run);
  for (const Named& one : before.parameters().weights()) {
    const bool same = at::equal(one.value, net_of(learned).parameters().find(one.name)->value);
    EXPECT_EQ(same, !one.name.starts_with("head")) << one.name;
  }
}

TEST(NetworkTraining, BatchesThatAreAddedUpMakeOneStep) {
  Fixture toy;
  toy.loss = make_loss("bce", {});
  toy.settings.set("dropout", "0");
  toy.settings.set("epochs", "1");
  toy.settings.set("batch", "50");
  toy.settings.set("accumulate", "3");
  const Learned added = toy.learn({}, false);
  toy.settings.set("batch", "150");
  toy.settings.set("accumulate", "1");
  const Learned whole = toy.learn({}, false);
  for (const Named& one : net_of(whole).parameters().weights())
    EXPECT_TRUE(at::allclose(one.value, net_of(added).parameters().find(one.name)->value, 1e-4, 1e-5)) << one.name;
}

TEST(NetworkTraining, ShardsChangeNothingWhereNothingNormalises) {
  Fixture toy;
  toy.settings.set("dropout", "0");
  toy.settings.set("epochs", "2");
  const Learned small = toy.learn({});
  toy.settings.set("shard", "64");
  const Learned large = toy.learn({});
  for (const Named& one : net_of(small).parameters().weights())
    EXPECT_TRUE(at::allclose(one.value, net_of(large).parameters().find(one.name)->value, 1e-3, 1e-4)) << one.name;
}

TEST(NetworkTraining, ProductsInSixteenBitsLearnTheSame) {
  Fixture toy;
  toy.settings.set("epochs", "20");
  const Learned full = toy.learn({});
  toy.settings.set("arithmetic", "bf16");
  const Learned narrow = toy.learn({});
  const auto best = [](const Learned& learned) {
    for (const auto& [name, value] : learned.facts)
      if (name == "held_out_loss") return value;
    return std::nan("");
  };
  EXPECT_NEAR(best(narrow), best(full), 0.1 * best(full));
}

TEST(NetworkTraining, AMissingGpuIsTold) {
  Fixture toy;
  toy.settings.set("device", "cuda");
  if (at::hasCUDA()) GTEST_SKIP() << "there is a GPU";
  try {
    toy.learn({});
    ADD_FAILURE();
  } catch (const Error& fault) {
    EXPECT_EQ(fault.code(), Code::not_built);
  }
}

}  // namespace
}  // namespace tagma::deep
