// Which labels belong together: a balanced hierarchy over labels whose rows look alike.
//
// A label is the mean of its present rows, each of length 1, brought to length 1 itself (positive instance feature
// aggregation); or the features of its text, of length 1; or the mean of both, brought to length 1. A label whose text has no
// known feature is its rows. Or it is itself and its ancestors in the hierarchy that comes with the data, each weighing log(labels / labels
// below it), so that labels of one branch are alike, the more the further down. A set of labels is halved by spherical 2-means with halves of equal size: labels go by the difference of
// their products with the two centres, until that no longer gains; then each half in turn: after k halvings 2^k leaves, whose
// sizes differ by at most one.
//
// Source: Prabhu, Kag, Harsola, Agrawal & Varma, "Parabel" (WWW 2018).
// Threads: the same hierarchy for any number of threads.
#pragma once

#include <tagma/base/rng.h>
#include <tagma/base/run.h>
#include <tagma/data/taxonomy.h>
#include <tagma/learn/label_column.h>

#include <vector>

namespace tagma {

enum class Representation : std::uint8_t { positives, text, both, taxonomy };

// Of some labels their representation; sparse, features ascending.
class LabelVectors {
 public:
  // `labels`: each with at least one present row. texts: features of the labels' texts [labels x features], looked at unless
  // the representation is `positives`. scratch: path beside which the vectors may be written; empty: held.
  LabelVectors(const FeatureMatrix& x, const TruthColumns& truth, std::vector<LabelId> labels, const Run& run,
               const std::string& scratch = {}, Representation by = Representation::positives, const FeatureMatrix& texts = {});
  // By their ancestors: [labels x all labels of the taxonomy].
  LabelVectors(const Taxonomy& taxonomy, std::vector<LabelId> labels);
  std::size_t size() const { return labels_.size(); }
  std::int64_t features() const { return rows_.columns(); }
  const FeatureMatrix& rows() const { return rows_; }
  LabelId label(std::size_t i) const { return labels_[i]; }
  std::span<const std::int32_t> columns(std::size_t i) const { return part(rows_.csr_view().columns_of, i); }
  std::span<const float> values(std::size_t i) const { return part(rows_.csr_view().values, i); }
  void release() const { rows_.release(0, rows_.rows()); }  // the memory of vectors that lie in a file

 private:
  template <class T>
  std::span<const T> part(std::span<const T> all, std::size_t i) const {
    const std::span<const std::int64_t> starts = rows_.csr_view().starts;
    return all.subspan(static_cast<std::size_t>(starts[i]), static_cast<std::size_t>(starts[i + 1] - starts[i]));
  }

  std::vector<LabelId> labels_;
  FeatureMatrix rows_;
};

// The labels in the order of the leaves, and where each of the 2^halvings leaves begins (and the last ends).
struct LabelLeaves {
  std::vector<LabelId> labels;
  std::vector<std::int64_t> starts;
  std::int64_t leaves() const { return static_cast<std::int64_t>(starts.size()) - 1; }
};

// How often `labels` must be halved for leaves of at most `most`.
int halvings(std::size_t labels, int most);

LabelLeaves cluster_labels(const LabelVectors& vectors, int halvings, const Rng& rng, const Run& run);

}  // namespace tagma
