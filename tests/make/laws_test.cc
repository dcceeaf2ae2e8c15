// What holds for every generator, folded over the catalog.
#include <tests/make/tools.h>

#include <tagma/make/catalog.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

namespace tagma {
namespace {

using ::testing::HasSubstr;

template <class Test>
void for_each_generator(Test&& test) {
  for (std::string_view name : Generators::names) {
    SCOPED_TRACE(std::string(name));
    test(name);
  }
}

bool has_setting(std::string_view name, std::string_view setting) {
  for (const Entry& entry : Generators::entries())
    if (entry.name == name)
      for (const FieldInfo& field : entry.fields)
        if (field.name == setting) return true;
  return false;
}

TEST(GeneratorLaws, SameBytesForAnyNumberOfThreads) {
  for_each_generator([](std::string_view name) {
    EXPECT_EQ(fingerprint(generate(name, {}, 3000, run_with(1, 1))), fingerprint(generate(name, {}, 3000, run_with(1, 2))));
  });
}

TEST(GeneratorLaws, SeedDecides) {
  for_each_generator([](std::string_view name) {
    EXPECT_NE(fingerprint(generate(name, {}, 300, run_with(1))), fingerprint(generate(name, {}, 300, run_with(2))));
  });
}

TEST(GeneratorLaws, SameBytesForEver) {
  const std::map<std::string_view, std::pair<Settings, std::uint64_t>> frozen{
      {"graded",
       {{{"noise", "multiplicative"}, {"heteroscedastic", "1"}, {"bend", "0.5"}, {"correlation", "0.4"}, {"negatives", "0.3"},
         {"labels", "4"}},
        3052087169035865323u}},
      {"negatives", {{{"missing", "0.2"}, {"flip", "0.1"}}, 13541717907129025543u}},
      {"ranked-digits", {{{"factor", "both"}, {"colour", "true"}, {"clutter", "true"}, {"size", "40"}, {"grades", "factor"}}, 10166089631958792182u}},
      {"xmc", {{{"exponent", "1.2"}}, 8512235254336305973u}}};
  for_each_generator([&](std::string_view name) {
    ASSERT_TRUE(frozen.contains(name)) << "freeze the bytes of the new generator here";
    const auto& [settings, print] = frozen.at(name);
    EXPECT_EQ(fingerprint(generate(name, settings, 1500, run_with(7))), print);
  });
}

TEST(GeneratorLaws, PartsAreWholeAndSound) {
  for_each_generator([](std::string_view name) {
    const Generated made = generate(name, {{"valid", "0.1"}, {"test", "0.3"}}, 1001, run_with());
    EXPECT_EQ(made.valid.rows(), 100);
    EXPECT_EQ(made.test.rows(), 300);
    EXPECT_EQ(made.train.rows(), 601);
    for (const Dataset* part : {&made.train, &made.valid, &made.test}) EXPECT_NO_THROW(part->check());
    EXPECT_FALSE(made.notes.empty());
  });
}

TEST(GeneratorLaws, TrainDoesNotChangeWithTheOtherParts) {
  for_each_generator([](std::string_view name) {
    const Generated all = generate(name, {{"valid", "0"}, {"test", "0"}}, 500, run_with());
    const Generated cut = generate(name, {{"valid", "0.2"}, {"test", "0.3"}}, 1000, run_with());
    EXPECT_EQ(all.valid.rows(), 0);
    Fingerprint one, other;
    one.add(all.train, all.train_truth), other.add(cut.train, cut.train_truth);
    EXPECT_EQ(one.value(), other.value());
  });
}

TEST(GeneratorLaws, RowsAreIndependent) {  // no two rows alike, neither within a part nor across parts
  for_each_generator([](std::string_view name) {
    const Generated made = generate(name, {}, 4000, run_with());
    std::set<std::vector<float>> seen;
    for (const Dataset* part : {&made.train, &made.valid, &made.test})
      for (std::int64_t row = 0; row < part->rows(); ++row) {
        std::vector<float> key;
        if (!part->pictures.empty()) {
          const Image picture = part->pictures.read(row);
          key.assign(picture.pixels.begin(), picture.pixels.end());
        } else if (part->features.sparse()) {
          const CsrView& view = part->features.csr_view();
          for (auto i = view.starts[static_cast<std::size_t>(row)]; i < view.starts[static_cast<std::size_t>(row) + 1]; ++i)
            key.push_back(static_cast<float>(view.columns_of[static_cast<std::size_t>(i)]));
        } else {
          const auto values = part->features.dense_view().row(row);
          key.assign(values.begin(), values.end());
        }
        EXPECT_TRUE(seen.insert(key).second) << "row " << row;
      }
  });
}

TEST(GeneratorLaws, SmallestSizesWork) {
  for_each_generator([](std::string_view name) {
    const bool pictures = has_setting(name, "size");
    const Settings least = pictures ? Settings{{"size", "32"}, {"digits_most", "1"}} : Settings{{"labels", "1"}, {"features", "1"}};
    const Generated made = generate(name, least, 1, run_with());
    EXPECT_EQ(made.train.rows(), 1);
    EXPECT_EQ(made.train.features.columns(), pictures ? 0 : 1);
    EXPECT_EQ(made.train.pictures.rows(), pictures ? 1 : 0);
  });
}

TEST(GeneratorLaws, BadSettingsAreRefused) {
  const auto fault = [](std::string_view name, const Settings& settings, std::int64_t rows) -> std::string {
    try {
      generate(name, settings, rows, run_with());
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), Code::usage);
      return error.what();
    }
    return "";
  };
  for_each_generator([&](std::string_view name) {
    const bool labels = has_setting(name, "labels");
    EXPECT_THAT(fault(name, {{labels ? "labels" : "size", "0"}}, 10), HasSubstr("out of range"));
    EXPECT_THAT(fault(name, {{labels ? "labls" : "siz", "3"}}, 10), HasSubstr(labels ? "did you mean 'labels'" : "did you mean 'size'"));
    EXPECT_THAT(fault(name, {{"valid", "0.5"}, {"test", "0.5"}}, 10), HasSubstr("leave no rows for training"));
    EXPECT_THAT(fault(name, {}, 0), HasSubstr("at least 1"));
  });
  EXPECT_THAT(fault("negative", {}, 10), HasSubstr("did you mean 'negatives'"));
  EXPECT_THAT(fault("graded", {{"noise", "multiplicative"}, {"deviation", "2"}, {"negatives", "0.9"}}, 10), HasSubstr("cannot be met"));
}

TEST(GeneratorLaws, StopIsObeyed) {
  std::stop_source stop;
  stop.request_stop();
  auto run = run_with();
  run.stop = stop.get_token();
  for_each_generator([&](std::string_view name) { EXPECT_THROW(generate(name, {}, 1000, run), Error); });
}

}  // namespace
}  // namespace tagma
