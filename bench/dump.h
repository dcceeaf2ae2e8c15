// A data set with sparse features as plain arrays, for the peers in Python: PREFIX.starts, .columns, .values of the features,
// .label_starts and .labels of the present labels.
#pragma once

#include <tagma/base/file.h>
#include <tagma/data/dataset.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tagma {

template <class Number>
void write_array(const std::string& path, std::span<const Number> values) {
  OutputFile file(path);
  file.write(std::as_bytes(values));
  file.commit();
}

inline void dump(const Dataset& data, const std::string& prefix) {
  const CsrView& x = data.features.csr_view();
  std::vector<std::int64_t> label_starts{0};
  std::vector<std::int32_t> labels;
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    const auto present = data.labels[r].present;
    labels.insert(labels.end(), present.begin(), present.end());
    label_starts.push_back(static_cast<std::int64_t>(labels.size()));
  }
  write_array(prefix + ".starts", x.starts);
  write_array(prefix + ".columns", x.columns_of);
  write_array(prefix + ".values", x.values);
  write_array(prefix + ".label_starts", std::span<const std::int64_t>(label_starts));
  write_array(prefix + ".labels", std::span<const std::int32_t>(labels));
}

}  // namespace tagma
