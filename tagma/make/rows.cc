#include <tagma/make/rows.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>

#include <cmath>

namespace tagma {

PartRows part_rows(std::int64_t rows, double valid, double test) {
  if (rows < 1) fail(Code::usage, "{} rows to generate; ask for at least 1", rows);
  if (!(valid + test < 1))
    fail(Code::usage, "valid {} and test {} leave no rows for training; their sum must be less than 1", valid, test);
  PartRows parts;
  parts.valid = static_cast<std::int64_t>(valid * static_cast<double>(rows) + 0.5);
  parts.test = std::min(static_cast<std::int64_t>(test * static_cast<double>(rows) + 0.5), rows - parts.valid);
  parts.train = rows - parts.valid - parts.test;
  return parts;
}

Rng stream(const Run& run, Stream which) { return Rng(run.seed).fork(static_cast<std::uint64_t>(which)); }

void DrawnLabels::add(std::span<const LabelId> present, std::span<const float> grades, std::span<const LabelId> exceptions) {
  present_.insert(present_.end(), present.begin(), present.end());
  grades_.insert(grades_.end(), grades.begin(), grades.end());
  exceptions_.insert(exceptions_.end(), exceptions.begin(), exceptions.end());
  starts_.push_back(static_cast<std::int64_t>(present_.size()));
  exception_starts_.push_back(static_cast<std::int64_t>(exceptions_.size()));
}

void DrawnLabels::append_to(LabelMatrix& labels) const {
  for (std::size_t row = 0; row + 1 < starts_.size(); ++row) {
    const auto first = static_cast<std::size_t>(starts_[row]), count = static_cast<std::size_t>(starts_[row + 1]) - first;
    const auto first_exception = static_cast<std::size_t>(exception_starts_[row]);
    labels.add(std::span(present_).subspan(first, count),
               grades_.empty() ? std::span<const float>{} : std::span(grades_).subspan(first, count),
               std::span(exceptions_).subspan(first_exception,
                                              static_cast<std::size_t>(exception_starts_[row + 1]) - first_exception));
  }
}

LabelMatrix draw_rows(const Rng& rng, std::int64_t rows, LabelId labels, const Run& run, DrawBlock draw) {
  std::vector<DrawnLabels> blocks(static_cast<std::size_t>((rows + rows_per_block - 1) / rows_per_block));
  parallel_for(run, rows, rows_per_block, [&](std::int64_t first, std::int64_t last) {
    const std::int64_t block = first / rows_per_block;
    Rng own = rng.fork(static_cast<std::uint64_t>(block));
    draw(own, first, last, blocks[static_cast<std::size_t>(block)]);
  });
  LabelMatrix matrix(labels);
  matrix.reserve(rows, 0);
  for (const DrawnLabels& block : blocks) block.append_to(matrix);
  return matrix;
}

std::vector<std::string> numbered(char letter, std::int64_t count) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) names.push_back(letter + std::to_string(i));
  return names;
}

namespace {

void bring_to_unit_length(std::vector<double>& vector) {
  double square = 0;
  for (double x : vector) square += x * x;
  const double scale = square > 0 ? 1 / std::sqrt(square) : 0;
  for (double& x : vector) x *= scale;
}

}  // namespace

std::vector<double> random_direction(std::int64_t size, Rng& rng) {
  std::vector<double> direction(static_cast<std::size_t>(size));
  for (double& x : direction) x = rng.normal();
  bring_to_unit_length(direction);
  return direction;
}

std::vector<double> leaning(std::span<const double> common, double share, Rng& rng) {
  std::vector<double> direction = random_direction(static_cast<std::int64_t>(common.size()), rng);
  const double own = std::sqrt(1 - share), with = std::sqrt(share);
  for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = own * direction[i] + with * common[i];
  bring_to_unit_length(direction);
  return direction;
}

}  // namespace tagma
