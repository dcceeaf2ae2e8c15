#include <tagma/make/ranked_digits.h>

#include <tagma/base/checked.h>
#include <tagma/base/parallel.h>
#include <tagma/make/digit_scene.h>
#include <tagma/make/rows.h>

#include <algorithm>
#include <limits>

namespace tagma {
namespace {

constexpr LabelId ten = 10;

// The pictures of a part, drawn when they are read.
class DigitPictures final : public ImageSource {
 public:
  DigitPictures(RankedDigits settings, Rng part, std::int64_t rows, std::shared_ptr<const DigitSource> source)
      : settings_(std::move(settings)), part_(part), rows_(rows), source_(std::move(source)) {}

  std::int64_t rows() const override { return rows_; }
  std::string name(std::int64_t row) const override { return fmt::format("picture {}", row); }
  Image read(std::int64_t row) const override { return drawn_scene(settings_, digit_scene(settings_, part_, row), *source_); }

 private:
  RankedDigits settings_;
  Rng part_;
  std::int64_t rows_;
  std::shared_ptr<const DigitSource> source_;
};

struct Labelled {
  std::vector<LabelId> present;
  std::vector<float> factors;  // ascending
};

Labelled labels_of(const RankedDigits& settings, const std::vector<DigitPiece>& pieces) {
  Labelled row;
  for (const DigitPiece& piece : pieces) {
    const double factor = settings.by_brightness() ? piece.brightness : piece.scale;
    if (piece.digit < 0 || factor <= 0) continue;
    row.present.push_back(piece.digit);
    row.factors.push_back(std::max(static_cast<float>(factor), std::numeric_limits<float>::min()));
  }
  return row;
}

std::vector<float> grades_of(const RankedDigits& settings, const std::vector<float>& factors) {
  if (settings.grades == DigitGrades::factor) return factors;
  std::vector<float> ranks;
  for (std::size_t i = 0; i < factors.size(); ++i)
    ranks.push_back(i == 0 ? 1.f : ranks.back() + (factors[i] > factors[i - 1] ? 1.f : 0.f));
  return ranks;
}

void make_part(const RankedDigits& settings, std::int64_t rows, Stream which, std::shared_ptr<const DigitSource> source, const Run& run,
               Dataset& data, TruthTable& truth) {
  const Rng part = stream(run, which);
  data.labels = LabelMatrix(ten);
  data.label_names.clear();
  for (int digit = 0; digit < ten; ++digit) data.label_names.push_back(std::to_string(digit));
  truth.factors.assign(static_cast<std::size_t>(checked_product(rows, ten, "label cells")), 0.f);
  std::vector<Labelled> all(static_cast<std::size_t>(rows));
  parallel_for(run, rows, rows_per_block, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row)
      all[static_cast<std::size_t>(row)] = labels_of(settings, digit_scene(settings, part, row));
  });
  for (std::size_t row = 0; row < all.size(); ++row) {
    const Labelled& labelled = all[row];
    data.labels.add(labelled.present, grades_of(settings, labelled.factors));
    for (std::size_t i = 0; i < labelled.present.size(); ++i)
      truth.factors[row * ten + static_cast<std::size_t>(labelled.present[i])] = labelled.factors[i];
    if (settings.set == DigitSet::interpolation) data.groups.push_back(fmt::format("s{}", static_cast<std::int64_t>(row) / steps_of_sequence));
  }
  if (rows > 0) data.pictures = Images(std::make_shared<DigitPictures>(settings, part, rows, std::move(source)));
}

std::shared_ptr<const DigitSource> source_of(const RankedDigits& settings, std::string_view part) {
  return std::make_shared<DigitSource>(settings.digits.empty() ? DigitSource() : DigitSource::files_in(settings.digits, part));
}

}  // namespace

Generated RankedDigits::make(std::int64_t rows, const Run& run) const {
  if (scale_low > scale_high) fail(Code::usage, "ranked-digits.scale_low: {} is above scale_high, {}", scale_low, scale_high);
  PartRows parts = part_rows(rows, valid, test);
  if (set != DigitSet::ranked) parts = {0, 0, rows};
  Generated made;
  const auto training = parts.train + parts.valid > 0 ? source_of(*this, "train") : nullptr;
  make_part(*this, parts.train, Stream::train, training, run, made.train, made.train_truth);
  make_part(*this, parts.valid, Stream::valid, training, run, made.valid, made.valid_truth);
  make_part(*this, parts.test, Stream::test, parts.test > 0 ? source_of(*this, "t10k") : nullptr, run, made.test, made.test_truth);
  made.notes.push_back(fmt::format("factors: the {} of each present digit, by which the labels of a row are ranked", by_brightness() ? "brightness" : "scale"));
  if (set != DigitSet::ranked) made.notes.push_back("a set for testing: all rows are in the test part");
  return made;
}

}  // namespace tagma
