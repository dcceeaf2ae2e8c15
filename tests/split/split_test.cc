#include <tagma/split/split.h>

#include <tagma/split/quality.h>
#include <tests/split/sample.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <numeric>
#include <set>

namespace tagma {
namespace {

using ::testing::HasSubstr;

constexpr Stratify all_kinds[] = {Stratify::none, Stratify::labels, Stratify::pairs};

void expect_partition(const Split& split, std::int64_t rows) {
  std::vector<int> seen(static_cast<std::size_t>(rows));
  for (const auto& part : split.rows) {
    EXPECT_TRUE(std::is_sorted(part.begin(), part.end()));
    for (std::int64_t row : part) ++seen.at(static_cast<std::size_t>(row));
  }
  EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
}

TEST(Split, EveryRowOnceAndSizesExact) {
  for (std::int64_t rows : {0, 1, 2, 7, 100, 1003})
    for (const char* text : {"all=1", "a=0.8,b=0.2", "a=0.17,b=0.5,c=0.33", "a=0.1,b=0.1,c=0.1,d=0.1,e=0.1,f=0.5"})
      for (Stratify kind : all_kinds) {
        const Dataset data = sample_data(rows, 30, 5);
        const auto parts = parse_parts(text);
        const Split split = split_rows(data, parts, {kind, false}, run_with());
        expect_partition(split, rows);
        const auto sizes = part_sizes(rows, parts);
        for (std::size_t part = 0; part < parts.size(); ++part)
          EXPECT_EQ(static_cast<std::int64_t>(split.rows[part].size()), sizes[part]) << text << " rows " << rows;
      }
}

TEST(Split, SeedDecidesAndThreadsDoNot) {
  const Dataset data = sample_data(2000, 60, 9);
  const auto parts = parse_parts("train=0.7,valid=0.1,test=0.2");
  for (Stratify kind : all_kinds) {
    const auto first = split_rows(data, parts, {kind, false}, run_with(1)).rows;
    EXPECT_EQ(first, split_rows(data, parts, {kind, false}, run_with(1, 2)).rows);
    EXPECT_NE(first, split_rows(data, parts, {kind, false}, run_with(2)).rows);
  }
}

TEST(Split, SameBytesForEver) {
  const Dataset data = sample_data(2000, 60, 9);
  const auto parts = parse_parts("train=0.7,valid=0.1,test=0.2");
  EXPECT_EQ(fingerprint(split_rows(data, parts, {Stratify::none, false}, run_with()).rows), 12461787813315203836u);
  EXPECT_EQ(fingerprint(split_rows(data, parts, {Stratify::labels, false}, run_with()).rows), 11886546816432978544u);
  EXPECT_EQ(fingerprint(split_rows(data, parts, {Stratify::pairs, false}, run_with()).rows), 7961382858695934708u);
}

TEST(Split, RandomIsUniform) {
  const Dataset data = sample_data(20, 3, 1);
  const auto parts = parse_parts("a=0.25,b=0.75");
  std::vector<int> times(20);
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const Split split = split_rows(data, parts, {Stratify::none, false}, run_with(seed));
    for (std::int64_t row : split.rows[0]) ++times[static_cast<std::size_t>(row)];
  }
  for (int count : times) EXPECT_NEAR(count, 1000, 130);
}

TEST(Split, RowsWithoutLabelsAreSpreadToo) {
  const Dataset data = sample_data(3000, 50, 4);
  const auto split = split_rows(data, parse_parts("a=0.2,b=0.2,c=0.2,d=0.2,e=0.2"), {Stratify::labels, false}, run_with());
  std::vector<std::int64_t> bare;
  for (const auto& part : split.rows)
    bare.push_back(std::count_if(part.begin(), part.end(), [&](std::int64_t row) { return data.labels[row].present.empty(); }));
  EXPECT_LE(*std::max_element(bare.begin(), bare.end()) - *std::min_element(bare.begin(), bare.end()), 2);
}

TEST(Split, UnknownLabelsDoNotCount) {
  Dataset known = sample_data(500, 20, 3), weak = known;
  weak.labels = LabelMatrix(20);
  for (std::int64_t row = 0; row < known.rows(); ++row) {
    const auto present = known.labels[row].present;
    std::vector<LabelId> unknown;
    for (LabelId label = 0; label < 20; label += 3)
      if (!std::binary_search(present.begin(), present.end(), label)) unknown.push_back(label);
    weak.labels.add(present, {}, unknown);
  }
  const auto parts = parse_parts("a=0.5,b=0.5");
  EXPECT_EQ(split_rows(known, parts, {}, run_with()).rows, split_rows(weak, parts, {}, run_with()).rows);
}

Dataset with_groups(std::int64_t rows, std::uint64_t most) {
  Dataset data = sample_data(rows, 25, 8);
  Rng rng(2);
  for (int group = 0; static_cast<std::int64_t>(data.groups.size()) < rows; ++group)
    for (std::uint64_t left = 1 + rng.below(most); left > 0 && static_cast<std::int64_t>(data.groups.size()) < rows; --left)
      data.groups.push_back("p" + std::to_string(group));
  rng.shuffle(data.groups);
  return data;
}

TEST(Split, GroupsAreNeverSeparated) {
  const Dataset data = with_groups(2000, 12);
  const auto parts = parse_parts("train=0.6,valid=0.2,test=0.2");
  for (Stratify kind : all_kinds) {
    const Split split = split_rows(data, parts, {kind, true}, run_with());
    expect_partition(split, data.rows());
    std::map<std::string, std::set<std::size_t>> homes;
    for (std::size_t part = 0; part < 3; ++part) {
      for (std::int64_t row : split.rows[part]) homes[data.groups[static_cast<std::size_t>(row)]].insert(part);
      EXPECT_NEAR(static_cast<double>(split.rows[part].size()), parts[part].share * 2000, 12);
    }
    for (const auto& [group, where] : homes) EXPECT_EQ(where.size(), 1u) << group;
  }
}

TEST(Split, GroupsAreStratifiedToo) {
  const Dataset data = with_groups(4000, 8);
  const auto parts = parse_parts("a=0.25,b=0.25,c=0.25,d=0.25");
  const auto error = [&](Stratify kind) {
    return split_quality(data.labels, split_rows(data, parts, {kind, true}, run_with()).rows).label_error;
  };
  EXPECT_LT(error(Stratify::labels), error(Stratify::none) / 3);
  EXPECT_LT(error(Stratify::pairs), error(Stratify::none) / 2);
}

TEST(Split, NoteSaysWhatGroupsDidToSizes) {
  Dataset data = sample_data(10, 4, 1);
  data.groups = {"a", "a", "a", "a", "a", "a", "a", "b", "b", "b"};
  const Split split = split_rows(data, parse_parts("one=0.5,two=0.5"), {Stratify::labels, true}, run_with());
  EXPECT_THAT(split.note, HasSubstr("rows instead of 5, because groups stay together"));
  EXPECT_EQ(split_rows(data, parse_parts("one=0.5,two=0.5"), {Stratify::labels, false}, run_with()).note, "");
  EXPECT_THAT(split_rows(sample_data(3, 4, 1), parse_parts("one=0.9,two=0.1"), {}, run_with()).note, HasSubstr("'two' is empty"));
}

TEST(Split, GroupsMustBeThere) {
  EXPECT_THROW(split_rows(sample_data(10, 4, 1), parse_parts("a=0.5,b=0.5"), {Stratify::none, true}, run_with()), Error);
}

TEST(Split, StopIsObeyed) {
  std::stop_source stop;
  stop.request_stop();
  auto run = run_with();
  run.stop = stop.get_token();
  EXPECT_THROW(split_rows(sample_data(100, 4, 1), parse_parts("a=0.5,b=0.5"), {}, run), Error);
}

}  // namespace
}  // namespace tagma
