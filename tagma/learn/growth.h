// Going on from a model of very many labels (ovr, tree): new rows and new labels without learning everything again.
//
// Rows: Dataset::known_rows first, those the model was learned from, then new ones; the known ones may be left out (0).
// Touched: a label that is present in a new row. Only touched labels are solved, in a tree the nodes above them too; all other
// weights are copied. A label behind those of the model is new. A new row that lacks a label says nothing against that label
// until it is touched.
// With known rows a touched label is solved as from scratch, on all rows. Without them new labels are learned on the new rows
// alone, and known ones with their old weights as centre (panel_problem.h), which stand in for the rows that are not there.
// Errors: Error{usage} for a model of another kind, loss, number of features, precision or unit_rows, for one with dropped labels
// or prototypes, and where a centre is needed that the loss does not allow.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/comm/comm.h>
#include <tagma/learn/lane_weights.h>
#include <tagma/learn/panel_crew.h>
#include <tagma/learn/panel_learning.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

std::vector<bool> touched_labels(const Dataset& train);

[[noreturn]] void fail_start(std::string_view learner, const Model& warm);

// The model to start from, as one of the kind. Errors: as above.
template <class Kind>
const Kind& started_from(const Model& warm) {
  if (const auto* own = dynamic_cast<const Kind*>(&warm)) return *own;
  fail_start(Kind::name, warm);
}

// Whether the rest fits: `chunks` and loss are those of the model.
void check_start(std::string_view learner, const WeightChunks& chunks, const Model& warm, const Dataset& train, const std::vector<bool>& touched,
                 const PanelLearning& learning, const LossFunction& loss);

// Weights and known rows in words, for kept panels: what follows from another model is not to be taken for one's own.
std::string start_words(const WeightChunks& chunks, const Dataset& train);

// The way of both learners: what is touched is solved on all ranks, and makes a model with what is copied. A Growth (Options,
// PanelOptions, Kind, rows, loss, run) has work(crew, chunks), false where it was stopped; totals() and summary(). check() refuses what the
// learner cannot go on with; model_of(growth, chunks) makes the model, at rank 0.
template <class Growth, class Kind, class Options, class Check, class MakeModel>
Learned grow(const Options& options, const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model& warm, const Run& run,
             Check check, MakeModel model_of) {
  std::optional<Growth> growth;
  std::uint32_t sum = 0;
  Run job = run;
  const Kind* start = nullptr;
  together(run, [&] {
    sum = begin_panel_learning(Options::name, train, loss, run);
    start = &started_from<Kind>(warm);
    check_start(Options::name, start->chunks(), warm, train, touched_labels(train), options, loss);
    check();
    const MemoryPlan memory = options.plan(train, held_out, loss, false, run);
    job.threads = memory.threads;
    growth.emplace(options, panel_options(options, memory, run), *start, train, loss, job);
  });
  PanelCrew crew(job, job_words(Options::name, settings_of(options), loss, run) + start_words(start->chunks(), train), sum);
  ChunkBuilder chunks(train.features.columns(), options.precision, options.unit_rows, run.scratch);
  const bool whole = growth->work(crew, chunks);
  together(run, [&] {
    if (!whole) throw Error(Code::interrupted, "interrupted");
  });
  const std::string ranks = crew.summary();
  if (!leads(run)) return {};

  Learned learned;
  std::unique_ptr<const Model> model = model_of(*growth, chunks);
  growth->totals().tell(learned, options.passes);
  learned.notes.push_back(growth->summary());
  if (!ranks.empty()) learned.notes.push_back(ranks);
  finish_panel_learning(learned, *model, held_out, options, loss, run);
  learned.model = std::move(model);
  return learned;
}

// Chunks that are copied in order, some of their lanes replaced and lanes added behind them.
class ChunkCopy {
 public:
  ChunkCopy(const WeightChunks& from, ChunkBuilder& to) : from_(from), to_(to) {}
  // Chunks come in ascending order. `lane` may lie behind the chunk's.
  void replace(std::int64_t chunk, std::size_t lane, LaneWeights weights);
  void finish();
  std::int64_t same() const { return same_; }  // chunks copied as they were

 private:
  void copy_until(std::int64_t chunk);

  const WeightChunks& from_;
  ChunkBuilder& to_;
  std::int64_t next_ = 0, same_ = 0;
  std::vector<LaneWeights> open_;  // of chunk next_, once a lane of it was replaced
};

}  // namespace tagma
