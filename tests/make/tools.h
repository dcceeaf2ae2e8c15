// Helpers of the generator tests.
#pragma once

#include <tagma/make/make.h>

#include <cstring>

namespace tagma {

// A test body cannot say Run: there the word is a member of testing::Test.
inline Run run_with(std::uint64_t seed = 1, int threads = 1) {
  Run run;
  run.seed = seed;
  run.threads = threads;
  return run;
}

// FNV-1a over everything a part holds.
class Fingerprint {
 public:
  template <class Item>
  void add(std::span<const Item> items) {
    for (const std::byte byte : std::as_bytes(items)) hash_ = (hash_ ^ static_cast<std::uint64_t>(byte)) * 0x100000001b3u;
  }
  void add(const Dataset& data, const TruthTable& truth) {
    for (std::int64_t row = 0; row < data.rows(); ++row) {
      const LabelRow labels = data.labels[row];
      const std::int64_t sizes[] = {std::ssize(labels.present), std::ssize(labels.exceptions)};
      add(std::span<const std::int64_t>(sizes));
      add(labels.present), add(labels.grades), add(labels.exceptions);
    }
    if (data.features.sparse()) {
      const CsrView& view = data.features.csr_view();
      add(view.starts), add(view.columns_of), add(view.values);
    } else {
      const DenseView& view = data.features.dense_view();
      for (std::int64_t row = 0; row < view.rows; ++row) add(view.row(row));
    }
    for (std::int64_t row = 0; row < data.pictures.rows(); ++row) add(std::span<const std::uint8_t>(data.pictures.read(row).pixels));
    for (const std::string& group : data.groups) add(std::span<const char>(group));
    for (const auto* array : {&truth.posterior, &truth.means, &truth.deviations, &truth.factors}) add(std::span<const float>(*array));
    add(std::span<const std::int8_t>(truth.clean));
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325u;
};

inline std::uint64_t fingerprint(const Generated& made) {
  Fingerprint print;
  print.add(made.train, made.train_truth);
  print.add(made.valid, made.valid_truth);
  print.add(made.test, made.test_truth);
  return print.value();
}

inline double share_without_labels(const LabelMatrix& labels) {
  std::int64_t bare = 0;
  for (std::int64_t row = 0; row < labels.rows(); ++row) bare += labels[row].present.empty();
  return static_cast<double>(bare) / static_cast<double>(labels.rows());
}

}  // namespace tagma
