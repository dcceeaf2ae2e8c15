#include <tagma/learn/kept_panels.h>

#include <tagma/store/crc32c.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>

namespace tagma {
namespace {

constexpr std::size_t record_head = sizeof(std::uint64_t) + sizeof(std::uint32_t);

template <class T>
void put(std::string& to, T value) {
  to.append(reinterpret_cast<const char*>(&value), sizeof(T));
}
template <class T>
T get(const std::byte* from) {
  T value;
  std::memcpy(&value, from, sizeof(T));
  return value;
}

template <class T>
void count_in(std::uint32_t& sum, std::span<const T> values) {
  const auto count = static_cast<std::uint64_t>(values.size());
  sum = crc32c(std::as_bytes(std::span(&count, 1)), sum);
  sum = crc32c(std::as_bytes(values), sum);
}

void count_in(std::uint32_t& sum, const DenseView& view) {
  for (std::int64_t r = 0; r < view.rows; ++r) count_in(sum, view.row(r));
}

// As count_in() of starts, columns and values; rows that lie in files are let go of on the way.
void count_in_sparse(std::uint32_t& sum, const FeatureMatrix& x) {
  constexpr std::int64_t block = 4096;
  const CsrView& view = x.csr_view();
  count_in(sum, view.starts);
  const auto count_rows = [&](auto values) {
    const auto count = static_cast<std::uint64_t>(values.size());
    sum = crc32c(std::as_bytes(std::span(&count, 1)), sum);
    for (std::int64_t first = 0; first < x.rows(); first += block) {
      const std::int64_t last = std::min(x.rows(), first + block);
      const auto from = static_cast<std::size_t>(view.starts[static_cast<std::size_t>(first)]);
      sum = crc32c(std::as_bytes(values.subspan(from, static_cast<std::size_t>(view.starts[static_cast<std::size_t>(last)]) - from)), sum);
      x.release(first, last);
    }
  };
  count_rows(view.columns_of);
  count_rows(view.values);
}

void count_in(std::uint32_t& sum, const FeatureMatrix& x) {
  if (x.sparse()) count_in_sparse(sum, x);
  else count_in(sum, x.dense_view());
}

}  // namespace

std::uint32_t data_sum(const Dataset& data) {
  const std::array<std::int64_t, 4> shape{data.rows(), data.features.columns(), data.labels.labels(),
                                          static_cast<std::int64_t>(data.labels.rest())};
  std::uint32_t sum = crc32c(std::as_bytes(std::span(shape)));
  count_in(sum, data.features);
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    const LabelRow row = data.labels[r];
    count_in(sum, row.present);
    count_in(sum, row.exceptions);
    count_in(sum, row.grades);
  }
  count_in(sum, std::span(data.weights));
  if (data.taxonomy)
    for (const std::vector<LabelId>& above : data.taxonomy->parents) count_in(sum, std::span(above));
  if (data.label_features.rows() > 0) count_in(sum, data.label_features);
  return sum;
}

KeptPanels::KeptPanels(std::string path, const std::string& job, const Run& run) : run_(run), path_(std::move(path)) {
  if (path_.empty()) return;
  head_ = "tagma panels 2\n";
  put(head_, static_cast<std::uint32_t>(job.size()));
  head_ += job;
  put(head_, crc32c(std::as_bytes(std::span(job))));
  if (!file_exists(path_)) return;
  found_ = std::make_unique<const MappedFile>(path_);
  if (found_->text().starts_with(head_)) {
    good_ = head_.size();
    return;
  }
  found_.reset();
  run_.warn(path_ + ": kept for other settings or data; it is begun anew");
}

std::optional<Bytes> KeptPanels::next() {
  if (!found_) return std::nullopt;
  const std::span<const std::byte> left = found_->bytes().subspan(good_);
  if (left.size() >= record_head) {
    const auto length = get<std::uint64_t>(left.data());
    if (length <= left.size() - record_head) {
      const std::span<const std::byte> record = left.subspan(record_head, static_cast<std::size_t>(length));
      if (crc32c(record) == get<std::uint32_t>(left.data() + sizeof(std::uint64_t))) {
        good_ += record_head + record.size();
        return Bytes(record.begin(), record.end());
      }
    }
  }
  found_.reset();
  return std::nullopt;
}

void KeptPanels::begin() {
  found_.reset();
  std::error_code fault;
  if (good_ > 0) std::filesystem::resize_file(path_, good_, fault);
  if (!fault) out_.open(path_, good_ > 0 ? std::ios::binary | std::ios::app : std::ios::binary | std::ios::trunc);
  if (good_ == 0) out_.write(head_.data(), static_cast<std::streamsize>(head_.size()));
}

void KeptPanels::add(std::span<const std::byte> record) {
  if (path_.empty()) return;
  if (!out_.is_open()) begin();
  std::string head;
  put(head, static_cast<std::uint64_t>(record.size()));
  put(head, crc32c(record));
  out_.write(head.data(), static_cast<std::streamsize>(head.size()));
  out_.write(reinterpret_cast<const char*>(record.data()), static_cast<std::streamsize>(record.size()));
  if (out_) return;
  run_.warn(path_ + ": cannot be written; an interrupted run would have to begin anew");
  path_.clear();
}

void KeptPanels::flush() {
  if (out_.is_open()) out_.flush();
}

}  // namespace tagma
