#include "../laws/toy_data.h"

#include <tagma/learn/learner.h>
#include <tagma/model/linear.h>

#include <gtest/gtest.h>

#include <algorithm>

namespace tagma {
namespace {

using laws::Kind;

LinearModel learned(const Dataset& data, int threads) {
  Run run;
  run.threads = threads;
  const Learned learned = make_learner("linear", Settings{{"solver", "adam"}, {"rounds", "2"}})
                              ->learn(data, nullptr, *make_loss("bce", {}), nullptr, run);
  return dynamic_cast<const LinearModel&>(*learned.model);
}

// The laws' small sets are learned on the calling thread alone: steps of 512 x 95 x 90 products are shared.
TEST(MiniBatch, LargeStepsGiveTheSameBytesForAnyThreads) {
  for (const Kind kind : {Kind::dense, Kind::sparse}) {
    const Dataset data = laws::toy(kind, 1100, kind == Kind::dense ? 90 : 150, 5);
    const LinearModel one = learned(data, 1), three = learned(data, 3);
    EXPECT_EQ(one.dense_weights(), three.dense_weights());
    EXPECT_TRUE(std::ranges::equal(one.bias(), three.bias()));
    EXPECT_GT(std::ranges::count_if(one.dense_weights(), [](float w) { return w != 0; }), 8000);
  }
}

}  // namespace
}  // namespace tagma
