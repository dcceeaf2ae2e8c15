#include <tagma/data/labels.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tagma {

LabelMatrix::LabelMatrix(LabelId labels, Truth rest) : labels_(labels), rest_(rest) {
  if (labels < 0) fail(Code::bad_data, "a label matrix cannot have {} labels", labels);
  if (rest == Truth::present) fail(Code::usage, "unlisted labels are absent or unknown, never present");
}

std::int64_t LabelMatrix::unknown_count() const {
  const auto listed = static_cast<std::int64_t>(exceptions_.size());
  return rest_ == Truth::absent ? listed : rows() * labels_ - present_count() - listed;
}

LabelRow LabelMatrix::operator[](std::int64_t row) const {
  const auto r = static_cast<std::size_t>(row);
  const auto cut = [r](const auto& all, const std::vector<std::int64_t>& starts) {
    return std::span(all).subspan(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(starts[r + 1] - starts[r]));
  };
  return {cut(present_, starts_), graded() ? cut(grades_, starts_) : std::span<const float>{},
          cut(exceptions_, exception_starts_)};
}

void LabelMatrix::fill(std::int64_t row, std::span<Truth> out) const {
  const LabelRow listed = (*this)[row];
  std::fill(out.begin(), out.end(), rest_);
  const Truth other = rest_ == Truth::absent ? Truth::unknown : Truth::absent;
  for (LabelId id : listed.exceptions) out[static_cast<std::size_t>(id)] = other;
  for (LabelId id : listed.present) out[static_cast<std::size_t>(id)] = Truth::present;
}

void LabelMatrix::fill_grades(std::int64_t row, std::span<float> out) const {
  const LabelRow listed = (*this)[row];
  std::fill(out.begin(), out.end(), 0.f);
  for (std::size_t i = 0; i < listed.present.size(); ++i)
    out[static_cast<std::size_t>(listed.present[i])] = listed.grades.empty() ? 1.f : listed.grades[i];
}

void LabelMatrix::check_ids(std::span<const LabelId> ids, const char* what) const {
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (ids[i] < 0 || ids[i] >= labels_)
      fail(Code::bad_data, "row {}: {} label {} is out of range; there are {} labels (0 to {})", rows(), what, ids[i],
           labels_, labels_ - 1);
    if (i > 0 && ids[i] == ids[i - 1]) fail(Code::bad_data, "row {}: {} label {} is listed twice", rows(), what, ids[i]);
  }
}

void LabelMatrix::add(std::span<const LabelId> present, std::span<const float> grades,
                      std::span<const LabelId> exceptions) {
  if (!grades.empty() && grades.size() != present.size())
    fail(Code::bad_data, "row {}: {} grades for {} present labels", rows(), grades.size(), present.size());
  for (std::size_t i = 0; i < grades.size(); ++i)
    if (!(grades[i] > 0) || !std::isfinite(grades[i]))
      fail(Code::bad_data, "row {}: label {} has grade {}; grades are finite and greater than 0", rows(), present[i],
           grades[i]);

  std::vector<LabelId> ids, others;
  std::vector<float> values;
  if (!std::is_sorted(present.begin(), present.end())) {
    std::vector<std::size_t> order(present.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return present[a] < present[b]; });
    for (std::size_t i : order) {
      ids.push_back(present[i]);
      if (!grades.empty()) values.push_back(grades[i]);
    }
    present = ids;
    if (!grades.empty()) grades = values;
  }
  if (!std::is_sorted(exceptions.begin(), exceptions.end())) {
    others.assign(exceptions.begin(), exceptions.end());
    std::sort(others.begin(), others.end());
    exceptions = others;
  }
  check_ids(present, "present");
  check_ids(exceptions, rest_ == Truth::absent ? "unknown" : "absent");
  for (std::size_t i = 0, j = 0; i < present.size() && j < exceptions.size();) {
    if (present[i] == exceptions[j])
      fail(Code::bad_data, "row {}: label {} is listed both as present and as {}", rows(), present[i],
           rest_ == Truth::absent ? "unknown" : "absent");
    present[i] < exceptions[j] ? ++i : ++j;
  }

  if (!grades.empty() && grades_.empty()) grades_.assign(present_.size(), 1.f);
  present_.insert(present_.end(), present.begin(), present.end());
  if (!grades.empty()) {
    grades_.insert(grades_.end(), grades.begin(), grades.end());
  } else if (!grades_.empty()) {
    grades_.resize(present_.size(), 1.f);
  }
  exceptions_.insert(exceptions_.end(), exceptions.begin(), exceptions.end());
  starts_.push_back(static_cast<std::int64_t>(present_.size()));
  exception_starts_.push_back(static_cast<std::int64_t>(exceptions_.size()));
}

void LabelMatrix::grow(LabelId labels) { labels_ = std::max(labels_, labels); }

void LabelMatrix::reserve(std::int64_t rows, std::int64_t present) {
  starts_.reserve(static_cast<std::size_t>(rows) + 1);
  exception_starts_.reserve(static_cast<std::size_t>(rows) + 1);
  present_.reserve(static_cast<std::size_t>(present));
}

LabelMatrix LabelMatrix::select(std::span<const std::int64_t> rows) const {
  LabelMatrix chosen(labels_, rest_);
  chosen.reserve(static_cast<std::int64_t>(rows.size()), 0);
  for (std::int64_t row : rows) {
    const LabelRow listed = (*this)[row];
    chosen.present_.insert(chosen.present_.end(), listed.present.begin(), listed.present.end());
    chosen.grades_.insert(chosen.grades_.end(), listed.grades.begin(), listed.grades.end());
    chosen.exceptions_.insert(chosen.exceptions_.end(), listed.exceptions.begin(), listed.exceptions.end());
    chosen.starts_.push_back(static_cast<std::int64_t>(chosen.present_.size()));
    chosen.exception_starts_.push_back(static_cast<std::int64_t>(chosen.exceptions_.size()));
  }
  return chosen;
}

std::vector<std::int64_t> LabelMatrix::present_per_label() const {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(labels_));
  for (LabelId id : present_) ++counts[static_cast<std::size_t>(id)];
  return counts;
}

std::vector<std::int64_t> LabelMatrix::unknown_per_label() const {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(labels_));
  for (LabelId id : exceptions_) ++counts[static_cast<std::size_t>(id)];
  if (rest_ == Truth::absent) return counts;
  const std::vector<std::int64_t> present = present_per_label();
  for (std::size_t id = 0; id < counts.size(); ++id) counts[id] = rows() - present[id] - counts[id];
  return counts;
}

}  // namespace tagma
