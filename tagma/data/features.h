// The measured side of a set of examples: a dense or sparse matrix of floats that is looked at, never copied. The owner
// keeps whatever holds the numbers alive: a vector, a memory-mapped file, a numpy array.
//
// Shape: [rows x columns], row-major; dense rows may be `stride` >= columns floats apart; sparse columns are ascending
// within a row. Values are finite.
// Memory: a sparse matrix in mapped files takes none that the system could not have back; release() gives it back at once.
// Errors: the constructors throw Error{bad_data} when the parts do not fit together.
// Threads: const members may be called from many threads.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace tagma {

struct DenseView {
  const float* values = nullptr;
  std::int64_t rows = 0, columns = 0, stride = 0;
  std::span<const float> row(std::int64_t r) const { return {values + r * stride, static_cast<std::size_t>(columns)}; }
};

struct CsrView {
  std::span<const std::int64_t> starts;     // rows + 1
  std::span<const std::int32_t> columns_of; // column of each stored value
  std::span<const float> values;
  std::int64_t columns = 0;
  std::int64_t rows() const { return static_cast<std::int64_t>(starts.size()) - 1; }
};

struct DenseArrays {
  std::vector<float> values;  // [rows x columns]
};
struct CsrArrays {
  std::vector<std::int64_t> starts{0};
  std::vector<std::int32_t> columns_of;
  std::vector<float> values;
};

// What a row of these values is multiplied with to have length 1; 1 for a row of zeros. Zeros may be left out.
float unit_factor(std::span<const float> values);

class MappedFile;

class FeatureMatrix {
 public:
  FeatureMatrix() = default;                                           // 0 x 0
  FeatureMatrix(DenseView view, std::shared_ptr<const void> owner);
  FeatureMatrix(CsrView view, std::shared_ptr<const void> owner);
  FeatureMatrix(DenseArrays arrays, std::int64_t rows, std::int64_t columns);
  FeatureMatrix(CsrArrays arrays, std::int64_t columns);
  // A view whose columns and values lie in mapped files, which it keeps alive beside `owner`.
  FeatureMatrix(CsrView view, std::shared_ptr<const void> owner, std::vector<std::shared_ptr<const MappedFile>> files);

  std::int64_t rows() const;
  std::int64_t columns() const;
  bool sparse() const { return std::holds_alternative<CsrView>(view_); }
  std::int64_t stored() const;  // numbers held: rows x columns, or the stored values of a sparse matrix
  const DenseView& dense_view() const { return std::get<DenseView>(view_); }
  const CsrView& csr_view() const { return std::get<CsrView>(view_); }

  // Whether stored values lie in a mapped file; then release() lets the memory of some rows go until they are looked at again.
  bool mapped() const;
  void release(std::int64_t first, std::int64_t last) const;

  template <class F>
  decltype(auto) visit(F&& f) const {
    return std::visit(std::forward<F>(f), view_);
  }

  // A copy of the named rows, in that order, of the same kind.
  FeatureMatrix select(std::span<const std::int64_t> rows) const;

 private:
  struct Kept {
    std::shared_ptr<const void> owner;
    std::vector<std::shared_ptr<const MappedFile>> files;
  };
  std::variant<DenseView, CsrView> view_{DenseView{}};
  std::shared_ptr<const Kept> kept_;
};

}  // namespace tagma
