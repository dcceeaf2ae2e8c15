#include <tagma/data/images.h>

#include <numeric>
#include <utility>

namespace tagma {

Images::Images(std::shared_ptr<const ImageSource> source)
    : source_(std::move(source)), rows_(static_cast<std::size_t>(source_->rows())) {
  std::iota(rows_.begin(), rows_.end(), 0);
}

Images Images::select(std::span<const std::int64_t> rows) const {
  Images part;
  part.source_ = source_;
  if (empty()) return part;
  part.rows_.reserve(rows.size());
  for (const std::int64_t row : rows) part.rows_.push_back(rows_[static_cast<std::size_t>(row)]);
  return part;
}

}  // namespace tagma
