#include <tagma/read/table.h>

#include <tagma/base/checked.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>
#include <unordered_map>

namespace tagma {
namespace {

constexpr std::size_t table_block_size = std::size_t{1} << 20;
constexpr std::int64_t most_numbers = std::int64_t{1} << 40;

template <class Item>
void move_onto(std::vector<Item>& all, std::vector<Item>& part) {
  all.insert(all.end(), std::make_move_iterator(part.begin()), std::make_move_iterator(part.end()));
  std::vector<Item>().swap(part);
}

}  // namespace

Error error_of(const RowFault& fault, std::string_view file, std::int64_t line, const char* row) {
  for (const char* at = row; at < fault.at; ++at)
    if (*at == '\n') ++line, row = at + 1;  // inside a quoted cell of several lines
  try {
    fail_at({file, line, fault.at - row + 1}, fault.found, fault.allowed);
  } catch (const Error& error) {
    return error;
  }
}

TextBlocks cut_lines(std::string_view text, std::int64_t first_line, bool (*is_row)(std::string_view), const Run& run) {
  TextBlocks cut;
  const std::size_t whole = text.rfind('\n') + 1;  // npos + 1 is 0: no line end at all
  for (std::size_t at = 0; at < whole;) {
    const std::size_t end = at + table_block_size < whole ? text.find('\n', at + table_block_size) + 1 : whole;
    cut.blocks.push_back({text.substr(at, end - at)});
    at = end;
  }
  if (whole < text.size()) {
    cut.tail = std::make_shared<const std::string>(std::string(text.substr(whole)) + "\n");
    cut.blocks.push_back({*cut.tail});
  }
  parallel_blocks(run, static_cast<std::int64_t>(cut.blocks.size()), [&](std::int64_t i) {
    TextBlock& block = cut.blocks[static_cast<std::size_t>(i)];
    block.first_line = 0;
    each_line(block.text, [&](std::string_view line, std::int64_t) {
      ++block.first_line;
      block.rows += is_row(line);
    });
  });
  number_blocks(cut, first_line);
  return cut;
}

void number_blocks(TextBlocks& blocks, std::int64_t first_line) {
  blocks.rows = 0;
  for (TextBlock& block : blocks.blocks) {
    block.first_row = blocks.rows;
    blocks.rows += block.rows;
    first_line += std::exchange(block.first_line, first_line);
  }
}

void LabelRows::end_row() { ends_.push_back({present_.size(), exceptions_.size()}); }

void LabelRows::drop_row() {
  present_.resize(last().present);
  grades_.resize(last().present);
  exceptions_.resize(last().exceptions);
}

bool LabelRows::graded() const {
  return std::any_of(grades_.begin(), grades_.end(), [](float grade) { return grade != 1; });
}

void LabelRows::append_to(LabelMatrix& labels, bool with_grades) const {
  Ends first;
  for (const Ends& end : ends_) {
    const auto part = [](const auto& all, std::size_t a, std::size_t b) { return std::span(all).subspan(a, b - a); };
    labels.add(part(present_, first.present, end.present),
               with_grades ? part(grades_, first.present, end.present) : std::span<const float>{},
               part(exceptions_, first.exceptions, end.exceptions));
    first = end;
  }
}

void LabelRows::renumber(const std::vector<LabelId>& ids) {
  for (LabelId& id : present_) id = ids[static_cast<std::size_t>(id)];
  for (LabelId& id : exceptions_) id = ids[static_cast<std::size_t>(id)];
}

LabelMatrix join_labels(const std::vector<const LabelRows*>& parts, LabelId labels, Truth rest) {
  const bool graded = std::any_of(parts.begin(), parts.end(), [](const LabelRows* part) { return part->graded(); });
  LabelMatrix joined(labels, rest);
  std::int64_t rows = 0, present = 0;
  for (const LabelRows* part : parts) rows += part->rows(), present += part->present_count();
  joined.reserve(rows, present);
  for (const LabelRows* part : parts) part->append_to(joined, graded);
  return joined;
}

void FeatureRows::end_row() {
  if (row_) {
    row_ += width_;
    return;
  }
  sort_columns(ends_.empty() ? 0 : ends_.back(), columns_.size());
  ends_.push_back(columns_.size());
}

void FeatureRows::sort_columns(std::size_t first, std::size_t last) {
  if (std::is_sorted(columns_.begin() + static_cast<std::ptrdiff_t>(first),
                     columns_.begin() + static_cast<std::ptrdiff_t>(last)))
    return;
  std::vector<std::pair<std::int32_t, float>> row;
  for (std::size_t i = first; i < last; ++i) row.emplace_back(columns_[i], values_[i]);
  std::sort(row.begin(), row.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < row.size(); ++i) std::tie(columns_[first + i], values_[first + i]) = row[i];
}

void FeatureRows::drop_row() {
  if (row_) {
    std::fill(row_, row_ + width_, 0.f);
    return;
  }
  columns_.resize(ends_.empty() ? 0 : ends_.back());
  values_.resize(columns_.size());
}

CsrArrays join_sparse(const std::vector<FeatureRows*>& parts) {
  CsrArrays joined;
  std::size_t rows = 0, stored = 0;
  for (const FeatureRows* part : parts) rows += part->ends_.size(), stored += part->values_.size();
  joined.starts.reserve(rows + 1);
  joined.columns_of.reserve(stored);
  joined.values.reserve(stored);
  for (FeatureRows* part : parts) {
    const std::int64_t before = joined.starts.back();
    for (std::size_t end : part->ends_) joined.starts.push_back(before + static_cast<std::int64_t>(end));
    move_onto(joined.columns_of, part->columns_);
    move_onto(joined.values, part->values_);
    std::vector<std::size_t>().swap(part->ends_);
  }
  return joined;
}

void TableBlock::end_row() {
  features.end_row();
  labels.end_row();
}

void TableBlock::drop_row() {
  features.drop_row();
  labels.drop_row();
  const auto rows = static_cast<std::size_t>(labels.rows());
  for (auto* part : {&texts, &images, &groups}) part->resize(std::min(part->size(), rows));
  weights.resize(std::min(weights.size(), rows));
}

Table::Table(const TextBlocks& text, std::int64_t columns, bool sparse)
    : blocks_(text.blocks.size()), rows_(text.rows), columns_(columns), sparse_(sparse) {
  if (!sparse) dense_ = zeros(columns);
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    first_rows_.push_back(text.blocks[i].first_row);
    if (!sparse) blocks_[i].features = FeatureRows(dense_.data() + first_rows_[i] * columns, columns);
  }
}

std::vector<float> Table::zeros(std::int64_t columns) const {
  return std::vector<float>(static_cast<std::size_t>(checked_product(rows_, columns, "rows x columns", most_numbers)));
}

FeatureMatrix Table::join_features(Impute impute, const Run& run) {
  const bool missing =
      std::any_of(blocks_.begin(), blocks_.end(), [](const TableBlock& block) { return block.missing; });
  const bool means = missing && impute == Impute::mean;
  if (sparse_) {
    std::vector<FeatureRows*> parts;
    for (TableBlock& block : blocks_) parts.push_back(&block.features);
    CsrArrays joined = filled_ ? std::move(csr_) : join_sparse(parts);
    if (means) impute_means(joined);
    return FeatureMatrix(std::move(joined), columns_);
  }
  std::int64_t rows = 0;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {  // close the gaps that rows left out have made
    const std::int64_t count = blocks_[i].labels.rows();
    if (rows != first_rows_[i] && count > 0 && columns_ > 0)
      std::memmove(dense_.data() + rows * columns_, dense_.data() + first_rows_[i] * columns_,
                   static_cast<std::size_t>(count * columns_) * sizeof(float));
    rows += count;
  }
  dense_.resize(static_cast<std::size_t>(rows * columns_));
  if (means) impute_means(dense_, columns_, run);
  return FeatureMatrix(DenseArrays{std::move(dense_)}, rows, columns_);
}

Dataset Table::assemble(LabelId labels, Truth rest, Impute impute, std::string_view file, const Run& run) {
  Dataset data;
  std::vector<const LabelRows*> parts;
  for (const TableBlock& block : blocks_) parts.push_back(&block.labels);
  data.labels = join_labels(parts, labels, rest);
  if (columns_ > 0) data.features = join_features(impute, run);
  std::vector<BadRow> bad;
  const bool weighted =
      std::any_of(blocks_.begin(), blocks_.end(), [](const TableBlock& block) { return !block.weights.empty(); });
  for (TableBlock& block : blocks_) {
    if (weighted) block.weights.resize(static_cast<std::size_t>(block.labels.rows()), 1.f);
    move_onto(data.texts, block.texts);
    move_onto(data.images, block.images);
    move_onto(data.groups, block.groups);
    move_onto(data.weights, block.weights);
    move_onto(bad, block.bad);
  }
  warn_of(bad, file, run);
  blocks_.clear();
  return data;
}

void impute_means(std::vector<float>& dense, std::int64_t columns, const Run& run) {
  struct Sums {
    std::vector<double> sum;
    std::vector<std::int64_t> known;
  };
  const auto width = static_cast<std::size_t>(columns);
  const std::int64_t rows = columns > 0 ? static_cast<std::int64_t>(dense.size()) / columns : 0;
  const std::int64_t grain = std::max<std::int64_t>(1, (std::int64_t{1} << 22) / std::max<std::int64_t>(columns, 1));
  const Sums sums = parallel_reduce(
      run, rows, grain, Sums{std::vector<double>(width), std::vector<std::int64_t>(width)},
      [&](std::int64_t first, std::int64_t last) {
        Sums part{std::vector<double>(width), std::vector<std::int64_t>(width)};
        for (std::int64_t row = first; row < last; ++row)
          for (std::size_t column = 0; column < width; ++column) {
            const float value = dense[static_cast<std::size_t>(row) * width + column];
            if (std::isnan(value)) continue;
            part.sum[column] += value;
            ++part.known[column];
          }
        return part;
      },
      [](Sums& all, const Sums& part) {
        for (std::size_t column = 0; column < all.sum.size(); ++column) {
          all.sum[column] += part.sum[column];
          all.known[column] += part.known[column];
        }
      });
  parallel_for(run, rows, grain, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row)
      for (std::size_t column = 0; column < width; ++column) {
        float& value = dense[static_cast<std::size_t>(row) * width + column];
        if (std::isnan(value))
          value = sums.known[column] > 0
                      ? static_cast<float>(sums.sum[column] / static_cast<double>(sums.known[column]))
                      : 0.f;
      }
  });
}

void impute_means(CsrArrays& sparse) {
  struct Known {
    double sum = 0;
    std::int64_t rows = 0;
  };
  std::unordered_map<std::int32_t, Known> columns;  // those with a missing value
  const auto rows = static_cast<std::int64_t>(sparse.starts.size()) - 1;
  for (std::size_t i = 0; i < sparse.values.size(); ++i)
    if (std::isnan(sparse.values[i])) --columns.try_emplace(sparse.columns_of[i], Known{0, rows}).first->second.rows;
  for (std::size_t i = 0; i < sparse.values.size(); ++i) {
    const auto column = columns.find(sparse.columns_of[i]);
    if (column != columns.end() && !std::isnan(sparse.values[i])) column->second.sum += sparse.values[i];
  }
  for (std::size_t i = 0; i < sparse.values.size(); ++i) {
    if (!std::isnan(sparse.values[i])) continue;
    const Known& known = columns[sparse.columns_of[i]];
    sparse.values[i] = known.rows > 0 ? static_cast<float>(known.sum / static_cast<double>(known.rows)) : 0.f;
  }
}

}  // namespace tagma
