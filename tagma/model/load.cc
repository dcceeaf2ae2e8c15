#include <tagma/model/catalog.h>
#include <tagma/model/kept_labels.h>
#include <tagma/model/manifest.h>
#include <tagma/model/prototypes.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t outputs_per_block = std::int64_t{1} << 24;

}  // namespace

std::unique_ptr<const Model> load_model(const ModelReader& file) {
  const std::string kind = text_of(file, part_of(file, "model"), "kind");
  std::unique_ptr<const Model> model;
  Models::each([&]<class Kind>(std::type_identity<Kind>) {
    if (Kind::name == kind) model = Kind::load(file);
  });
  if (!model)
    fail(Code::bad_model, "{}: {}", file.path(), unknown_name("kind of model", kind, Models::names));
  if (PrototypeModel::in(file)) model = PrototypeModel::load(file, std::move(model));
  return KeptLabelsModel::in(file) ? KeptLabelsModel::load(file, std::move(model)) : std::move(model);
}

Scores Model::score_pictures(const Images&, std::int64_t, std::int64_t, const Run&) const {
  fail(Code::usage, "a model of kind {} looks at numeric features, not at pictures", kind());
}

Scores Model::top(const FeatureMatrix& x, std::int64_t first, std::int64_t last, LabelId k, const Run& run) const {
  const std::int64_t block = std::max<std::int64_t>(outputs_per_block / std::max<std::int64_t>(outputs(), 1), 1);
  Scores all;
  do {
    run.check_stop();
    const std::int64_t end = std::min(first + block, last);
    append_rows(all, shortlist(score(x, first, end, run), std::min(k, labels())));
    first = end;
  } while (first < last);
  return all;
}

Scores Model::top_in_share(const FeatureMatrix&, std::int64_t, std::int64_t, LabelId, LabelShare, const Run&) const {
  fail(Code::usage, "a model of kind {} cannot be searched by shares of its labels, as it is; allowed: ovr, and tree, without prototypes and dropped labels", kind());
}

Scores Model::score_among(const FeatureMatrix& x, std::int64_t first, std::int64_t last, std::span<const LabelId> chosen, const Run& run) const {
  check_chosen(chosen);
  return narrowed(score(x, first, last, run), chosen);
}

void Model::check_chosen(std::span<const LabelId> chosen) const {
  if (const std::size_t odd = first_out_of_order(chosen, labels()); odd < chosen.size())
    fail(Code::usage, "label {} among those to score is out of range (0 to {}), repeated or out of order", chosen[odd], labels() - 1);
}

}  // namespace tagma
