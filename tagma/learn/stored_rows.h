// Sparse rows, one added behind the other, that are held or lie in working files (base/working_array.h).
//
// ask(), release(): of rows [first, last). Nothing where they are held.
// Errors: Error{io} where a file cannot be written.
// Threads: const members may be called from many threads.
#pragma once

#include <tagma/base/working_array.h>
#include <tagma/math/panel.h>

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tagma {

class StoredRows {
 public:
  // beside: path beside which columns and values lie in files; empty: they are held.
  explicit StoredRows(const std::string& beside = {}) : columns_(beside), values_(beside) {}
  // Rows that are there: starts [rows + 1].
  StoredRows(std::vector<std::int64_t> starts, Large<std::int32_t> columns, Large<float> values)
      : starts_(std::move(starts)), columns_(std::move(columns)), values_(std::move(values)) {}

  void reserve(std::size_t rows, std::size_t values) {
    starts_.reserve(rows + 1);
    columns_.reserve(values);
    values_.reserve(values);
  }
  void add(std::span<const std::int32_t> columns, std::span<const float> values) {
    columns_.add(columns);
    values_.add(values);
    starts_.push_back(stored());
  }
  void finish() {  // nothing may be added after it, or looked at before
    columns_.finish();
    values_.finish();
  }

  std::int64_t rows() const { return static_cast<std::int64_t>(starts_.size()) - 1; }
  std::int64_t stored() const { return static_cast<std::int64_t>(values_.size()); }
  std::int64_t start(std::int64_t row) const { return starts_[static_cast<std::size_t>(row)]; }
  math::SparseRows view() const { return {starts_.data(), columns_.data(), values_.data()}; }

  bool in_file() const { return values_.in_file(); }
  void read_apart() const {  // rows are asked for, or lie apart
    columns_.read_apart();
    values_.read_apart();
  }
  void ask(std::int64_t first, std::int64_t last) const {
    if (!in_file()) return;
    const auto [from, count] = range(first, last);
    columns_.ask(from, count);
    values_.ask(from, count);
  }
  void release(std::int64_t first, std::int64_t last) const {
    if (!in_file()) return;
    const auto [from, count] = range(first, last);
    columns_.release(from, count);
    values_.release(from, count);
  }

 private:
  std::pair<std::size_t, std::size_t> range(std::int64_t first, std::int64_t last) const {
    return {static_cast<std::size_t>(start(first)), static_cast<std::size_t>(start(last) - start(first))};
  }

  std::vector<std::int64_t> starts_{0};
  WorkingArray<std::int32_t> columns_;
  WorkingArray<float> values_;
};

}  // namespace tagma
