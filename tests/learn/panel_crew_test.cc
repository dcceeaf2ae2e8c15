// Panels shared among ranks, handed over in order, and kept.
#include <tagma/learn/panel_crew.h>

#include <tagma/comm/threads.h>
#include <tagma/learn/panel_bytes.h>

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <functional>

namespace tagma {
namespace {

PanelWeights panel_of(std::size_t number) {
  PanelWeights panel;
  panel.width = 3;
  panel.features = {static_cast<std::int32_t>(number), static_cast<std::int32_t>(number) + 5};
  panel.weights = {1, 0, static_cast<float>(number), 0, -2.5f, 0};
  panel.bias = {0.5f, 0, -1};
  panel.passes = static_cast<std::int64_t>(number);
  panel.objective = 0.1 * static_cast<double>(number);
  return panel;
}

bool same(const PanelWeights& a, const PanelWeights& b) {
  return a.width == b.width && a.features == b.features && a.weights == b.weights && a.bias == b.bias && a.passes == b.passes &&
         a.visits == b.visits && a.unsolved == b.unsolved && a.stopped == b.stopped && a.objective == b.objective;
}

// What one rank did.
struct Work {
  std::vector<std::size_t> taken;
  std::size_t solved = 0, done = 0;
};

using Solve = std::function<PanelWeights(std::size_t)>;

Work work(const tagma::Run& run, std::size_t panels, const Solve& solve, const std::string& job = "job", std::size_t stop_after = 0) {
  Work result;
  std::atomic<std::size_t> solved{0};
  const auto cost = [](std::size_t panel) { return panel == 0 ? 100.0 : 1.0; };
  const auto counted = [&](std::size_t panel) {
    ++solved;
    return solve(panel);
  };
  const auto take = [&](std::size_t panel, const PanelWeights& weights) {
    EXPECT_TRUE(same(weights, panel_of(panel)));
    result.taken.push_back(panel);
    if (stop_after > 0 && result.taken.size() > stop_after) fail(Code::io, "the disk is full");
  };
  const auto report = [](std::size_t) {};
  PanelCrew crew(run, job, 0);
  result.done = crew.work({.panels = panels, .wave = {2, 3}, .cost = cost, .solve = counted, .take = take, .report = report});
  result.solved = solved;
  return result;
}

std::string part_file() {
  const std::string path = testing::TempDir() + testing::UnitTest::GetInstance()->current_test_info()->name() + ".part";
  std::remove(path.c_str());
  return path;
}

TEST(PanelBytes, ComeBackAsTheyWere) {
  EXPECT_TRUE(same(unpacked(packed(panel_of(7))), panel_of(7)));
  PanelWeights nothing;
  nothing.width = 2;
  nothing.bias = {1, 2};
  EXPECT_TRUE(same(unpacked(packed(nothing)), nothing));
}

TEST(PanelBytes, CutOffOrSpoiledAreRefused) {
  const Bytes whole = packed(panel_of(7));
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_THROW(unpacked(std::span(whole).first(size)), Error) << size;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    Bytes spoiled = whole;
    spoiled[at] ^= std::byte{0xff};
    try {
      unpacked(spoiled);
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::bad_data);
    }
  }
}

TEST(PanelCrew, EveryPanelOnceAndInOrder) {
  for (const int ranks : {1, 2, 3, 5})
    for (const std::size_t panels : {std::size_t{0}, std::size_t{1}, std::size_t{7}, std::size_t{40}}) {
      std::atomic<std::size_t> solved{0};
      run_ranks(ranks, [&](Comm& comm) {
        tagma::Run run;
        run.comm = &comm;
        const Work did = work(run, panels, panel_of);
        solved += did.solved;
        EXPECT_EQ(did.done, panels);
        EXPECT_EQ(did.taken.size(), comm.rank() == 0 ? panels : 0);
        for (std::size_t i = 0; i < did.taken.size(); ++i) EXPECT_EQ(did.taken[i], i);
        if (ranks == 3 && panels == 40 && comm.rank() == 0) {
          EXPECT_LT(did.solved, 13u);  // panel 0 costs more than the rest of its wave
        }
      });
      EXPECT_EQ(solved, panels);
    }
}

TEST(PanelCrew, AFaultOfAnyRankEndsAll) {
  for (int bad = 0; bad < 3; ++bad)
    run_ranks(3, [&](Comm& comm) {
      tagma::Run run;
      run.comm = &comm;
      try {
        work(run, 40, [&](std::size_t panel) {
          if (comm.rank() == bad) fail(Code::bad_data, "spoiled");
          return panel_of(panel);
        });
        ADD_FAILURE();
      } catch (const AgreedError& error) {
        EXPECT_EQ(std::string(error.what()), bad == 0 ? std::string("spoiled") : fmt::format("rank {}: spoiled", bad));
      }
    });
}

TEST(PanelCrew, AFaultWhileTakingEndsAll) {
  for (const std::size_t after : {std::size_t{2}, std::size_t{39}})  // in the first wave and in the last
    run_ranks(3, [&](Comm& comm) {
      tagma::Run run;
      run.comm = &comm;
      EXPECT_THROW(work(run, 40, panel_of, "job", after), AgreedError);
    });
}

TEST(PanelCrew, StopOfOneRankIsKnownToAll) {
  run_ranks(3, [](Comm& comm) {
    std::stop_source source;
    tagma::Run run;
    run.comm = &comm;
    run.stop = source.get_token();
    const Work did = work(run, 90, [&](std::size_t panel) {
      if (comm.rank() == 1 && panel >= 20) source.request_stop();
      PanelWeights panels = panel_of(panel);
      panels.stopped = run.stop.stop_requested();
      return panels;
    });
    EXPECT_LT(did.done, 30u);
    EXPECT_GE(did.done, 18u);
    if (comm.rank() == 0) {
      EXPECT_EQ(did.taken.size(), did.done);
    }
  });
}

TEST(PanelCrew, GoesOnFromWhatWasKept) {
  tagma::Run run;
  run.part = part_file();
  EXPECT_THROW(work(run, 20, [](std::size_t panel) { return panel < 9 ? panel_of(panel) : throw std::bad_alloc(); }), std::bad_alloc);
  const Work again = work(run, 20, panel_of);
  EXPECT_EQ(again.taken.size(), 20u);
  EXPECT_EQ(again.solved, 12u);  // waves of two: eight were taken
  run_ranks(2, [&](Comm& comm) {
    tagma::Run shared = run;
    shared.comm = &comm;
    EXPECT_EQ(work(shared, 20, panel_of).solved, 0u);
  });
}

TEST(PanelCrew, DropsWhatIsDamagedOrOfAnotherJob) {
  tagma::Run run;
  std::vector<std::string> warnings;
  run.log = [&](Level, std::string_view text) { warnings.emplace_back(text); };
  run.part = part_file();
  work(run, 10, panel_of);
  const auto size = std::filesystem::file_size(run.part);
  std::filesystem::resize_file(run.part, size - 3);  // as a kill leaves it
  EXPECT_EQ(work(run, 10, panel_of).solved, 1u);
  EXPECT_EQ(std::filesystem::file_size(run.part), size);
  {
    std::FILE* file = std::fopen(run.part.c_str(), "r+b");
    std::fseek(file, static_cast<long>(size / 2), SEEK_SET);
    std::fputs("spoiled", file);
    std::fclose(file);
  }
  const std::size_t redone = work(run, 10, panel_of).solved;
  EXPECT_GT(redone, 2u);
  EXPECT_LT(redone, 9u);
  warnings.clear();
  EXPECT_EQ(work(run, 10, panel_of, "another job").solved, 10u);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings[0].find("other settings or data"), std::string::npos);
}

TEST(PanelCrew, AFolderThatCannotBeWrittenIsAWarning) {
  tagma::Run run;
  int warnings = 0;
  run.log = [&](Level level, std::string_view) { warnings += level == Level::warning; };
  run.part = "/nowhere/at/all.part";
  EXPECT_EQ(work(run, 10, panel_of).done, 10u);
  EXPECT_EQ(warnings, 1);
}

TEST(DataSum, SeesFeaturesLabelsAndWeights) {
  Dataset data;
  data.labels = LabelMatrix(3);
  const std::vector<LabelId> present{1};
  data.labels.add(present);
  data.labels.add({});
  CsrArrays arrays;
  arrays.columns_of = {0, 1};
  arrays.values = {1, 2};
  arrays.starts = {0, 1, 2};
  data.features = FeatureMatrix(CsrArrays(arrays), 4);
  const std::uint32_t sum = data_sum(data);
  EXPECT_EQ(data_sum(data), sum);
  Dataset other = data;
  other.weights = {1, 1};
  EXPECT_NE(data_sum(other), sum);
  other = data;
  other.labels = LabelMatrix(3);
  other.labels.add({});
  other.labels.add(present);
  EXPECT_NE(data_sum(other), sum);
  other.labels = LabelMatrix(3);
  const std::vector<float> grades{2};
  other.labels.add(present, grades);
  other.labels.add({});
  EXPECT_NE(data_sum(other), sum);
  arrays.values[1] = 3;
  other = data;
  other.features = FeatureMatrix(std::move(arrays), 4);
  EXPECT_NE(data_sum(other), sum);
}

}  // namespace
}  // namespace tagma
