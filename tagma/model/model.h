// What learning leaves behind: something immutable that scores examples.
//
// Threads: const members may be called from many threads.
// A model looks at numeric features or, where sees_pictures() says so, at pictures.
// Errors: score() and score_pictures() throw Error{usage} when the features do not fit (their number; dense or sparse are both accepted) or
// the model looks at the other kind.
#pragma once

#include <tagma/base/run.h>
#include <tagma/data/features.h>
#include <tagma/data/images.h>
#include <tagma/data/scores.h>
#include <tagma/store/model_file.h>

#include <memory>
#include <span>
#include <string_view>

namespace tagma {

// One of `parts` shares of a model's labels: every label is in one of them.
struct LabelShare {
  std::int64_t part = 0, parts = 1;
};

class Model {
 public:
  virtual ~Model() = default;
  virtual std::string_view kind() const = 0;    // "linear"; the key of the model catalog
  virtual LabelId labels() const = 0;
  virtual std::int64_t features() const = 0;
  virtual std::int64_t outputs() const { return labels(); }  // numbers held per row while scoring
  virtual std::string_view loss() const = 0;    // the loss whose reading turns outputs into scores

  // Dense scores of the rows [first, last) of x.
  virtual Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const = 0;
  virtual bool sees_pictures() const { return false; }
  virtual Scores score_pictures(const Images& pictures, std::int64_t first, std::int64_t last, const Run& run) const;

  // The best k labels of the rows [first, last), as shortlist() of their scores or an approximation of it that the model's
  // header describes. What it takes in memory does not grow with the number of labels where extreme() says so.
  virtual Scores top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const;
  // As top(), but never an approximation.
  virtual Scores top_exact(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
    return top(x, first, last, k, run);
  }
  // Whether top() is an approximation.
  virtual bool approximates() const { return false; }
  // The best k labels of one share of the labels, with numbers that compare between shares, best first; no weights of other shares are
  // touched. Of the best k of all shares together, scores_of_best() makes what top_exact() gives, to the byte.
  // Errors: Error{usage} where the model does not hold its labels in parts.
  virtual Scores top_in_share(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, LabelShare share, const Run& run) const;
  virtual Scores scores_of_best(Scores best) const { return best; }
  // Of the labels `chosen` (ascending, each once) alone their scores as score() has them, [rows x chosen]; no spread, presence or pairs.
  // Errors: Error{usage} for labels out of range or order.
  virtual Scores score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen,
                             const Run& run) const;
  // Whether scores of all labels are to be avoided: the model has very many and finds the best of them without.
  virtual bool extreme() const { return false; }

  virtual void save(ModelWriter& file) const = 0;

 protected:
  void check_chosen(std::span<const LabelId> chosen) const;
};

// The model of a file, by its kind. Errors: Error{bad_model} for an unknown kind or damaged sections.
std::unique_ptr<const Model> load_model(const ModelReader& file);

}  // namespace tagma
