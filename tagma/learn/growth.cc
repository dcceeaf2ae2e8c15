#include <tagma/learn/growth.h>

#include <tagma/model/kept_labels.h>
#include <tagma/model/prototypes.h>
#include <tagma/store/crc32c.h>

#include <utility>

namespace tagma {

std::vector<bool> touched_labels(const Dataset& train) {
  if (train.known_rows < 0 || train.known_rows > train.rows()) fail(Code::usage, "{} of {} rows are said to be known", train.known_rows, train.rows());
  std::vector<bool> touched(static_cast<std::size_t>(train.labels.labels()));
  for (std::int64_t row = train.known_rows; row < train.rows(); ++row)
    for (const LabelId label : train.labels[row].present) touched[static_cast<std::size_t>(label)] = true;
  return touched;
}

void fail_start(std::string_view learner, const Model& warm) {
  if (dynamic_cast<const KeptLabelsModel*>(&warm) != nullptr)
    fail(Code::usage, "learner {}: labels were dropped from the model to start from; start from the model they were dropped from, and drop them again",
         learner);
  if (dynamic_cast<const PrototypeModel*>(&warm) != nullptr)
    fail(Code::usage, "learner {}: the model to start from has prototypes, which are made of all rows; train from scratch, or start from one without",
         learner);
  fail(Code::usage, "learner {} cannot start from a model of kind {}; name the learner that made it", learner, warm.kind());
}

void check_start(std::string_view learner, const WeightChunks& chunks, const Model& warm, const Dataset& train, const std::vector<bool>& touched,
                 const PanelLearning& learning, const LossFunction& loss) {
  if (loss.name() != warm.loss())
    fail(Code::usage, "learner {}: the model to start from was learned with loss {}, not {}", learner, warm.loss(), loss.name());
  if (chunks.features() != train.features.columns())
    fail(Code::usage, "learner {}: the model to start from has {} features, the rows have {}", learner, chunks.features(), train.features.columns());
  if (train.labels.labels() < warm.labels())
    fail(Code::usage, "learner {}: the model to start from has {} labels, the rows have {}", learner, warm.labels(), train.labels.labels());
  const auto name = [](WeightPrecision precision) { return precision_names[static_cast<std::size_t>(precision)]; };
  if (chunks.precision() != learning.precision || chunks.unit_rows() != learning.unit_rows)
    fail(Code::usage, "learner {}: the model to start from has precision {} and unit_rows {}, and keeps them; asked for were {} and {}", learner,
         name(chunks.precision()), chunks.unit_rows(), name(learning.precision), learning.unit_rows);
  if (train.known_rows > 0 || panel_has_centre(loss)) return;
  for (LabelId label = 0; label < warm.labels(); ++label)
    if (touched[static_cast<std::size_t>(label)])
      fail(Code::usage,
           "learner {}: label {} is known to the model, and loss {} has no way to go on from its weights alone; give the rows of the model, "
           "too (--warm-rows)",
           learner, train.label_name(label), loss.name());
}

std::string start_words(const WeightChunks& chunks, const Dataset& train) {
  return fmt::format(" start {:08x} {:08x} known {}", crc32c(std::as_bytes(chunks.sums())), crc32c(std::as_bytes(chunks.bias())), train.known_rows);
}

void ChunkCopy::copy_until(std::int64_t chunk) {
  if (!open_.empty()) {
    add_lanes(to_, open_);
    open_.clear();
    ++next_;
  }
  for (; next_ < chunk; ++next_, ++same_) to_.add_copy(from_, next_);
}

void ChunkCopy::replace(std::int64_t chunk, std::size_t lane, LaneWeights weights) {
  if (open_.empty() || chunk != next_) {
    copy_until(chunk);
    open_ = lanes_of(from_, chunk);
  }
  if (lane >= open_.size()) open_.resize(lane + 1);
  open_[lane] = std::move(weights);
}

void ChunkCopy::finish() { copy_until(from_.chunks()); }

}  // namespace tagma
