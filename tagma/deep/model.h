// A network as a model of the catalog; see docs/formats/model.md for its sections.
//
// Rows go through the network in shards of a fixed number, side by side, so that scores are the same bytes for any number of
// threads; those of a row alone may differ from those in a batch by rounding. A loaded network moves to a GPU where there is
// one, unless its setting `device` is cpu; there batches follow one another, the next prepared meanwhile.
// Errors: those of Model; Error{bad_model} for files that do not fit together.
#pragma once

#include <tagma/deep/feeder.h>
#include <tagma/deep/network.h>
#include <tagma/drive/loss_function.h>
#include <tagma/model/network.h>

namespace tagma::deep {

class NetworkModel final : public Model {
 public:
  NetworkModel(std::shared_ptr<const Net> net, LabelId labels, std::shared_ptr<const LossFunction> loss);
  static std::unique_ptr<const NetworkModel> load(const ModelReader& file);

  std::string_view kind() const override { return Network::name; }
  LabelId labels() const override { return labels_; }
  std::int64_t features() const override { return net_->spec().shape.features; }
  std::int64_t outputs() const override { return net_->spec().outputs; }
  std::string_view loss() const override { return loss_->name(); }
  bool sees_pictures() const override { return net_->spec().shape.pictures; }
  Scores score(const FeatureMatrix& x, std::int64_t first, std::int64_t last, const Run& run) const override;
  Scores score_pictures(const Images& pictures, std::int64_t first, std::int64_t last, const Run& run) const override;
  void save(ModelWriter& file) const override;

  const Net& net() const { return *net_; }
  // Outputs of rows [first, last): [(last - first) x outputs].
  std::vector<float> outputs_of(const Feeder& feed, std::int64_t first, std::int64_t last, const Run& run) const;

 private:
  std::vector<float> outputs_on_device(const Feeder& feed, std::int64_t first, std::int64_t last, const Run& run) const;

  std::shared_ptr<const Net> net_;
  LabelId labels_;
  std::shared_ptr<const LossFunction> loss_;
};

}  // namespace tagma::deep
