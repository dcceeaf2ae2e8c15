// Sparse rows that come one after the other and become a feature matrix, held in memory or written beside an output as they
// come, so that they take no memory that the system could not have back.
//
// Shape: each row's columns ascend and lie below `columns`; finish() checks it as any sparse matrix.
// Errors: Error{io} when the working files cannot be written.
#pragma once

#include <tagma/base/file.h>
#include <tagma/data/features.h>

#include <memory>
#include <span>
#include <string>

namespace tagma {

class RowStore {
 public:
  // scratch: path beside which the rows may be written; empty: they are held.
  RowStore(std::int64_t columns, const std::string& scratch);

  void reserve(std::size_t rows, std::int64_t stored);  // makes room where rows are held
  void add(std::span<const std::int32_t> columns, std::span<const float> values);
  FeatureMatrix finish();  // nothing may be added after it

 private:
  std::int64_t columns_;
  CsrArrays held_;  // only the starts where there are files
  std::unique_ptr<ScratchFile> columns_file_, values_file_;
};

// The same rows in working files beside `scratch`; those of `x` that lie in mapped files are let go of on the way.
FeatureMatrix moved_to_files(const FeatureMatrix& x, const std::string& scratch);

}  // namespace tagma
