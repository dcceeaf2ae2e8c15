// Quality on real data: cross-entropy at C = 1 comes out close to scikit-learn's one-vs-rest logistic regression on the
// same files: LIBLINEAR on emotions and bibtex (it penalises the intercept, so not the same to the last digit), lbfgs with
// a free intercept on medical, whose few rows make that difference plain (LIBLINEAR: 0.707 and 0.881).
#include <tagma/data/align.h>
#include <tagma/learn/learner.h>
#include <tagma/measure/measure.h>
#include <tagma/read/read.h>
#include <tagma/score/score.h>

#include <gtest/gtest.h>

#include <filesystem>

namespace tagma {
namespace {

struct Known {
  const char* set;
  const char* ending;
  double micro_f1, lrap;
};

class RealData : public testing::TestWithParam<Known> {};

TEST_P(RealData, CloseToLiblinear) {
  const std::string stem = std::string(TAGMA_SHARED_DATA "/mulan/") + GetParam().set + "/" + GetParam().set;
  const std::string train_path = stem + "-train.arff" + GetParam().ending;
  if (!std::filesystem::exists(train_path)) GTEST_SKIP() << "no shared data: " << train_path;
  tagma::Run run;
  run.threads = 2;
  const Dataset train = read_dataset(train_path, {}, run);
  std::vector<std::string> notes;
  const Dataset test = aligned(read_dataset(stem + "-test.arff" + GetParam().ending, {}, run),
                               {train.labels.labels(), train.features.columns(), train.label_names, train.feature_names}, notes);
  const Learned learned = make_learner("linear", {})->learn(train, nullptr, *make_loss("bce", {}), nullptr, run);
  const Scores scores = score_all(*learned.model, test.features, run);
  const Judged judged{.truth = &test.labels, .scores = &scores};
  EXPECT_NEAR(measure_one("micro_f1", judged, run), GetParam().micro_f1, 0.02);
  EXPECT_NEAR(measure_one("lrap", judged, run), GetParam().lrap, 0.012);
}

INSTANTIATE_TEST_SUITE_P(Mulan, RealData,
                         testing::Values(Known{"emotions", ".gz", 0.643, 0.812}, Known{"medical", ".gz", 0.680, 0.870},
                                         Known{"bibtex", ".gz", 0.413, 0.582}));

}  // namespace
}  // namespace tagma
