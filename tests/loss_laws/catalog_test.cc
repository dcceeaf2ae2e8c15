// Every loss of the catalog, in every variant of its settings, is held to the laws of losses.
#include <tagma/loss/catalog.h>

#include "tests/laws/loss_drive_laws.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace tagma::laws {
namespace {

template <class List>
struct AsTypes;
template <class... Loss>
struct AsTypes<Catalog<Loss...>> {
  using Types = testing::Types<Loss...>;
};
struct LossName {
  template <class Loss>
  static std::string GetName(int) {
    std::string name(Loss::name);
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
  }
};

template <class Loss>
class LossLaws : public testing::Test {
 protected:
  template <class Law>
  static void hold(Law law) {
    for (const Loss& loss : variants_and_bound<Loss>()) EXPECT_EQ(law(loss), "");
  }
};
TYPED_TEST_SUITE(LossLaws, AsTypes<Losses>::Types, LossName);

TYPED_TEST(LossLaws, SlopeIsDerivative) {
  this->hold([](const TypeParam& loss) { return slope_is_derivative(loss); });
}
TYPED_TEST(LossLaws, SlopeIsDerivativeFarOut) {
  this->hold([](const TypeParam& loss) { return slope_is_derivative(loss, 20); });
}
TYPED_TEST(LossLaws, TeamsAgree) {
  this->hold([](const TypeParam& loss) { return teams_agree(loss); });
}
TYPED_TEST(LossLaws, SinkHearsOnce) {
  this->hold([](const TypeParam& loss) { return sink_hears_once(loss); });
}
TYPED_TEST(LossLaws, UnknownIsIgnored) {
  this->hold([](const TypeParam& loss) { return unknown_is_ignored(loss); });
}
TYPED_TEST(LossLaws, WeightZeroIsUnknown) {
  this->hold([](const TypeParam& loss) { return weight_zero_is_unknown(loss); });
}
TYPED_TEST(LossLaws, RelabellingPermutes) {
  this->hold([](const TypeParam& loss) {
    const Settings settings = settings_of(loss);
    const std::string *ties = settings.find("ties"), *rank = settings.find("rank");
    // In the released code, tied labels have a direction that follows from their numbers alone; later factors begin by them.
    return (ties && *ties == "released") || (rank && *rank != "1") ? Violation{} : relabelling_permutes(loss);
  });
}
TYPED_TEST(LossLaws, ExtremesAreFinite) {
  this->hold([](const TypeParam& loss) { return extremes_are_finite(loss); });
}
TYPED_TEST(LossLaws, ConvexWhereClaimed) {
  this->hold([](const TypeParam& loss) { return convex_where_claimed(loss); });
}
TYPED_TEST(LossLaws, CurveWhereClaimed) {
  this->hold([](const TypeParam& loss) { return curve_where_claimed(loss); });
}
TYPED_TEST(LossLaws, SmoothWhereClaimed) {
  this->hold([](const TypeParam& loss) { return smooth_where_claimed(loss); });
}
TYPED_TEST(LossLaws, ReadingIsSane) {
  this->hold([](const TypeParam& loss) { return reading_is_sane(loss); });
}
TYPED_TEST(LossLaws, DescentRanks) {
  this->hold([](const TypeParam& loss) { return descent_ranks(loss); });
}
TYPED_TEST(LossLaws, DriveAgrees) {
  for (const TypeParam& loss : variants<TypeParam>()) {
    Settings settings = settings_of(loss);
    settings.set("reduction", "sum");
    EXPECT_EQ(drive_agrees(loss, *make_loss(TypeParam::name, settings)), "");
  }
}

// The name that the text of a header in tagma/loss/ gives to a loss; empty where it defines none.
std::string name_in(const std::string& header) {
  const std::string mark = "static constexpr std::string_view name = \"";
  const std::size_t at = header.find(mark);
  if (at == std::string::npos) return {};
  const std::size_t start = at + mark.size();
  return header.substr(start, header.find('"', start) - start);
}
bool listed(std::string_view name) {
  return std::find(Losses::names.begin(), Losses::names.end(), name) != Losses::names.end();
}

TEST(LossCatalog, ListsEveryHeader) {
  std::size_t found = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(TAGMA_TEST_DIR) + "/../tagma/loss")) {
    if (entry.path().extension() != ".h") continue;
    std::stringstream text;
    text << std::ifstream(entry.path()).rdbuf();
    const std::string name = name_in(text.str());
    if (name.empty()) continue;
    EXPECT_TRUE(listed(name)) << entry.path() << " defines loss '" << name << "', which catalog.h does not list";
    ++found;
  }
  EXPECT_EQ(found, Losses::size);
}

TEST(LossCatalog, IsInAlphabeticalOrder) { EXPECT_TRUE(std::is_sorted(Losses::names.begin(), Losses::names.end())); }

TEST(LossCatalog, AHeaderThatIsNotListedIsNoticed) {
  const std::string name = name_in("struct Newcomer {\n  static constexpr std::string_view name = \"newcomer\",\n");
  EXPECT_EQ(name, "newcomer");
  EXPECT_FALSE(listed(name));
}

}  // namespace
}  // namespace tagma::laws
