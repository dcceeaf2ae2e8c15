#include "files.h"

#include <tagma/read/catalog.h>
#include <tagma/read/read.h>

#include <gmock/gmock.h>

namespace tagma {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Read, UnknownEndingsAndFormatsListTheKnownOnes) {
  EXPECT_THAT(
      test::error_of([] { read_dataset("a.xlsx", {}, {}); }),
      AllOf(StartsWith("usage: a.xlsx: no format has the ending '.xlsx'"), HasSubstr(".svm"), HasSubstr(".npy")));
  ReadOptions options;
  options.format = "swm";
  EXPECT_THAT(test::error_of([&] { read_dataset("a.xlsx", options, {}); }),
              HasSubstr("unknown format 'swm'; did you mean 'svm'"));
}

TEST(Read, TheFormatMayBeGiven) {
  const test::Folder folder;
  test::put(folder / "data", "1 0:1\n");
  ReadOptions options;
  options.format = "svm";
  EXPECT_EQ(read_dataset(folder / "data", options, {}).rows(), 1);
}

TEST(Read, OptionsThatAFormatDoesNotKnowAreRefused) {
  ReadOptions options;
  options.label_count = 3;
  EXPECT_THAT(
      test::error_of([&] { read_dataset("a.svm", options, {}); }),
      HasSubstr("the format svm has no option 'label-count'; it takes: index-base, skip-bad-rows, unlisted-unknown"));
}

TEST(Read, EveryFormatIsWhole) {
  const Settings fields = settings_of(ReadOptions{});
  std::vector<std::string_view> endings;
  Formats::each([&]<class F>(std::type_identity<F>) {
    static_assert(Format<F>);
    for (std::string_view option : F::options) EXPECT_NE(fields.find(option), nullptr) << F::name << " " << option;
    for (std::string_view ending : F::endings) {
      EXPECT_EQ(std::count(endings.begin(), endings.end(), ending), 0) << "two formats take ." << ending;
      endings.push_back(ending);
      EXPECT_THAT(test::error_of([&] { read_dataset(fmt::format("/no/such/x.{0}+/no/such/y.{0}", ending), {}, {}); }),
                  StartsWith("io: "));
    }
    const Dataset none;
    EXPECT_TRUE(F::lost(none).empty()) << F::name;
  });
  EXPECT_TRUE(std::is_sorted(Formats::names.begin(), Formats::names.end()));
  EXPECT_EQ(reader_entries().size(), Formats::size);
}

TEST(Read, SaysWhatAFormatCannotCarry) {
  Dataset data;
  data.labels = LabelMatrix(1);
  data.labels.add({});
  data.texts = {"a"};
  data.weights = {1};
  EXPECT_EQ(lost_in(data, "a.svm.gz", {}), (std::vector<std::string>{"texts", "weights"}));
}

}  // namespace
}  // namespace tagma
