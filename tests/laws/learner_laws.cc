// What every learner of the catalog must do, with every loss that it accepts, on dense and on sparse features.
#include "toy_data.h"

#include <tagma/comm/threads.h>
#include <tagma/learn/learner.h>
#include <tagma/learn/network.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <string>

namespace tagma::laws {
namespace {

struct Case {
  std::string learner, loss;
  Kind kind;
};

// Networks take seconds where others take milliseconds: one small one for each kind of input, and a loss for each form of outputs.
bool tried(const Learner& learner, const LossFunction& loss) {
  if (learner.rows_apart()) return true;
  const bool small = learner.name() == "mlp" || learner.name() == "cnn";
  const bool two = loss.name() == "unimlr", other = loss.name() == "bce" || loss.name() == "crpc";
  return networks_here() && small && (two || (other && learner.name() == "mlp"));
}

Settings settings_of_case(const std::string& learner) {
  if (learner == "mlp") return {{"widths", "32"}, {"epochs", "40"}, {"batch", "32"}, {"rate", "0.01"}, {"dropout", "0"}};
  if (learner == "cnn") return {{"widths", "8,16"}, {"epochs", "15"}, {"batch", "32"}, {"rate", "0.01"}};
  return {};
}

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const Entry& entry : learner_entries())
    for (const Entry& loss_entry : loss_entries()) {
      const auto learner = make_learner(entry.name, {});
      const auto loss = make_loss(loss_entry.name, {});
      if (!learner->accepts(*loss) || !tried(*learner, *loss)) continue;
      for (const Kind kind : {Kind::dense, Kind::sparse, Kind::pictures})
        if (learner->sees_pictures() == (kind == Kind::pictures)) all.push_back({entry.name, loss_entry.name, kind});
    }
  return all;
}

std::string name_of(const Case& one) {
  std::string name = one.learner + "_" + one.loss + (one.kind == Kind::dense ? "_dense" : one.kind == Kind::sparse ? "_sparse" : "_pictures");
  for (char& letter : name)
    if (!std::isalnum(static_cast<unsigned char>(letter))) letter = '_';
  return name;
}

class LearnerLaws : public testing::TestWithParam<Case> {
 protected:
  static constexpr LabelId labels = 5;
  Dataset train_ = toy(GetParam().kind, 240, labels, 1);
  std::unique_ptr<LossFunction> loss_ = make_loss(GetParam().loss, {});
  std::unique_ptr<Learner> learner_ = make_learner(GetParam().learner, settings_of_case(GetParam().learner));

  static tagma::Run threads(int count) {
    tagma::Run run;
    run.threads = count;
    return run;
  }
  Learned learn(const Dataset& data, const tagma::Run& run = {}, const Model* warm = nullptr, const Dataset* held_out = nullptr) const {
    return learner_->learn(data, held_out, *loss_, warm, run);
  }
  // The tiny set learned with settings as they are: once for all laws of a case, where one process runs them.
  const Learned& plain() const {
    static std::map<std::string, Learned> all;
    const std::string name = name_of(GetParam());
    if (!all.contains(name)) all.emplace(name, learn(train_));
    return all.at(name);
  }
  static std::vector<std::byte> file_of(const Model& model) {
    ModelWriter file;
    model.save(file);
    return file.bytes();
  }
  static double fact(const Learned& learned, std::string_view name) {
    for (const auto& [key, value] : learned.facts)
      if (key == name) return value;
    return std::numeric_limits<double>::quiet_NaN();
  }
  static bool same(const Scores& a, const Scores& b) {
    const auto equal = [](const std::vector<float>& x, const std::vector<float>& y) {
      return x.size() == y.size() && (x.empty() || std::memcmp(x.data(), y.data(), x.size() * sizeof(float)) == 0);
    };
    return equal(a.values, b.values) && equal(a.spread, b.spread) && equal(a.presence, b.presence) &&
           equal(a.shared, b.shared) && equal(a.pairs, b.pairs);
  }
  // Of all pairs of a row with a present and b not, how many rank b above a.
  static double wrong_pairs(const Scores& scores, const LabelMatrix& truth) {
    double wrong = 0, all = 0;
    std::vector<Truth> row(static_cast<std::size_t>(scores.labels));
    for (std::int64_t r = 0; r < scores.rows; ++r) {
      truth.fill(r, row);
      const auto values = scores.row(r);
      for (std::size_t a = 0; a < row.size(); ++a)
        for (std::size_t b = 0; b < row.size(); ++b)
          if (row[a] == Truth::present && row[b] == Truth::absent) {
            ++all;
            wrong += values[a] <= values[b] ? 1 : 0;
          }
    }
    return wrong / all;
  }
};

TEST_P(LearnerLaws, SeparatesATinySet) {
  const Learned& learned = plain();
  EXPECT_TRUE(std::isfinite(fact(learned, "objective")));
  const Dataset fresh = toy(GetParam().kind, 200, labels, 2);
  EXPECT_LT(wrong_pairs(score_all(*learned.model, train_, {}), train_.labels), 0.12);
  EXPECT_LT(wrong_pairs(score_all(*learned.model, fresh, {}), fresh.labels), 0.15);
  EXPECT_EQ(learned.model->labels(), labels);
  EXPECT_EQ(learned.model->features(), train_.features.columns());
  EXPECT_EQ(learned.model->loss(), GetParam().loss);
  EXPECT_FALSE(learned.interrupted);
}

TEST_P(LearnerLaws, SameBytesForAnyThreads) {
  const Scores one = score_all(*plain().model, train_, threads(1));
  const Scores two = score_all(*learn(train_, threads(2)).model, train_, threads(2));
  EXPECT_TRUE(same(one, two));
}

TEST_P(LearnerLaws, OneTwoAndFourRanksAgree) {
  if (!learner_->uses_ranks()) return;  // run/train.h keeps such learners on one rank
  const Learned& alone = plain();
  const std::vector<std::byte> bytes = file_of(*alone.model);
  for (const int ranks : {1, 2, 4})
    run_ranks(ranks, [&](Comm& comm) {
      tagma::Run run;
      run.comm = &comm;
      const Learned shared = learn(train_, run);
      ASSERT_EQ(shared.model != nullptr, comm.rank() == 0) << ranks;
      if (comm.rank() != 0) return;
      EXPECT_EQ(file_of(*shared.model), bytes) << ranks;
      EXPECT_EQ(shared.facts, alone.facts) << ranks;
    });
}

TEST_P(LearnerLaws, SaveLoadScoreIdentical) {
  const Learned& learned = plain();
  ModelWriter file;
  learned.model->save(file);
  const std::vector<std::byte> bytes = file.bytes();
  const auto loaded = load_model(ModelReader(bytes, nullptr, "law"));
  EXPECT_EQ(loaded->kind(), learned.model->kind());
  EXPECT_TRUE(same(score_all(*learned.model, train_, {}), score_all(*loaded, train_, {})));
}

TEST_P(LearnerLaws, BatchEqualsRowByRow) {
  const Learned& learned = plain();
  const Scores whole = score_all(*learned.model, train_, {});
  for (std::int64_t r = 0; r < train_.rows(); r += 7) {
    const Scores row = score_all(*learned.model, train_, {r, r + 1}, {});
    for (std::size_t j = 0; j < labels; ++j)
      if (learner_->rows_apart()) ASSERT_EQ(row.values[j], whole.row(r)[j]) << r;
      else ASSERT_NEAR(row.values[j], whole.row(r)[j], 1e-4 * (1 + std::abs(whole.row(r)[j]))) << r;
    const std::vector<std::int64_t> alone{r};
    ASSERT_TRUE(same(row, score_all(*learned.model, train_.select(alone), {})));
  }
}

TEST_P(LearnerLaws, UnknownLabelsAreTolerated) {
  Dataset data = toy(GetParam().kind, 240, labels, 1, 0.3);
  const std::vector<LabelId> all{0, 1, 2, 3, 4};
  LabelMatrix truth(labels);
  for (std::int64_t r = 0; r < data.rows(); ++r)
    if (r % 10 == 0) truth.add({}, {}, all);  // nothing known
    else truth.add(data.labels[r].present, data.labels[r].grades, data.labels[r].exceptions);
  data.labels = truth;
  const Learned learned = learn(data);
  EXPECT_TRUE(std::isfinite(fact(learned, "objective")));
  EXPECT_LT(wrong_pairs(score_all(*learned.model, data, {}), data.labels), 0.2);
}

TEST_P(LearnerLaws, NothingPresentAnywhereIsTolerated) {
  const Dataset data = all_negative(GetParam().kind, 60, labels);
  const Learned learned = learn(data);
  for (const float value : score_all(*learned.model, data, {}).values) ASSERT_TRUE(std::isfinite(value));
}

TEST_P(LearnerLaws, StopIsObeyed) {
  std::stop_source raised;
  raised.request_stop();
  tagma::Run run;
  run.stop = raised.get_token();
  EXPECT_THROW(learn(train_, run), Error);  // there is no model yet

  std::stop_source later;
  tagma::Run going;
  going.stop = later.get_token();
  int calls = 0;
  going.progress = [&](const Progress&) {
    if (++calls == 1) later.request_stop();
  };
  const Learned learned = learn(train_, going);
  EXPECT_TRUE(learned.interrupted);
  EXPECT_LE(calls, 2);
  const Scores scores = score_all(*learned.model, train_, {});
  for (const float value : scores.values) ASSERT_TRUE(std::isfinite(value));
}

TEST_P(LearnerLaws, WarmStartContinues) {
  const Learned& first = plain();
  Dataset again = train_;
  again.known_rows = train_.rows() / 2;  // for learners that ask which rows the model has seen
  const Learned second = learn(again, {}, first.model.get());
  EXPECT_LE(fact(second, "objective"), fact(first, "objective") * 1.02 + 1e-6);
}

TEST_P(LearnerLaws, HeldOutDataIsWatched) {
  const Dataset held_out = toy(GetParam().kind, 100, labels, 9);
  for (const char* metric : {"loss", "lrap"}) {
    Settings settings = settings_of_case(GetParam().learner);
    settings.set("metric", metric);
    const auto learner = make_learner(GetParam().learner, settings);
    const Learned learned = learner->learn(train_, &held_out, *loss_, nullptr, {});
    EXPECT_TRUE(std::isfinite(fact(learned, std::string("held_out_") + metric))) << metric;
  }
}

TEST(LearnerLosses, OthersAreRefusedByName) {
  const Dataset train = toy(Kind::sparse, 40, 3, 1);
  for (const Entry& entry : learner_entries()) {
    const auto learner = make_learner(entry.name, {});
    EXPECT_TRUE(learner->accepts(*make_loss(learner->standard_loss(), {}))) << entry.name;
    for (const Entry& loss_entry : loss_entries()) {
      const auto loss = make_loss(loss_entry.name, {});
      if (learner->accepts(*loss)) continue;
      try {
        learner->learn(train, nullptr, *loss, nullptr, {});
        ADD_FAILURE() << entry.name << " learned with " << loss_entry.name;
      } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::usage);
        EXPECT_NE(std::string(error.what()).find(loss_entry.name), std::string::npos) << error.what();
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Catalog, LearnerLaws, testing::ValuesIn(cases()),
                         [](const auto& one) { return name_of(one.param); });

}  // namespace
}  // namespace tagma::laws
