#include <tagma/run/drop_labels.h>

#include <tagma/model/kept_labels.h>
#include <tagma/read/label_index.h>
#include <tagma/run/bundle.h>

#include <algorithm>
#include <vector>

namespace tagma {
namespace {

template <class T>
std::vector<T> picked(std::span<const T> all, std::span<const LabelId> kept) {
  std::vector<T> some;
  for (const LabelId label : kept) some.push_back(all[static_cast<std::size_t>(label)]);
  return some;
}

}  // namespace

Answer drop_labels(const DropLabelsRequest& request, const Run&) {
  Bundle bundle = load_bundle(request.model);
  const std::string_view kind = bundle.model->kind();
  if (kind != "embedding" && kind != "ovr" && kind != "tree")
    fail(Code::usage, "{}: labels can be dropped from models of embedding, ovr and tree, this one is of kind {}; train it again", request.model,
         kind);
  Numbering& numbering = bundle.numbering;
  std::vector<LabelId> dropped = read_label_list(request.labels, numbering.labels, numbering.label_names);
  std::sort(dropped.begin(), dropped.end());
  std::vector<LabelId> kept;
  for (LabelId label = 0; label < numbering.labels; ++label)
    if (!std::binary_search(dropped.begin(), dropped.end(), label)) kept.push_back(label);
  Answer answer;
  bundle.model = std::make_unique<const KeptLabelsModel>(std::move(bundle.model), kept);
  numbering.labels = bundle.model->labels();
  if (!numbering.label_names.empty()) numbering.label_names = picked<std::string>(numbering.label_names, kept);
  if (!bundle.counts.present.empty()) bundle.counts.present = picked(std::span<const std::int64_t>(bundle.counts.present), kept);
  if (bundle.calibration)
    bundle.calibration = std::make_unique<const Calibration>(bundle.calibration->rule(), bundle.calibration->settings(),
                                                             picked(bundle.calibration->slopes(), kept),
                                                             picked(bundle.calibration->offsets(), kept), bundle.calibration->summary(),
                                                             bundle.calibration->order_slope());
  answer.text = fmt::format("{}: {} labels, without {} of {}\n", request.out, kept.size(), dropped.size(), request.model);
  if (bundle.decider) answer.text += "  the decision rule, fitted to all labels, was dropped; tune it again\n";
  bundle.decider.reset();
  save_bundle(bundle, request.out);
  answer.json = {{"model", request.out}, {"labels", kept.size()}, {"dropped", dropped.size()}};
  return answer;
}

}  // namespace tagma
