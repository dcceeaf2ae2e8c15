#include <tagma/drive/loss_function.h>

#include <tagma/base/checked.h>
#include <tagma/base/parallel.h>
#include <tagma/drive/runner.h>
#include <tagma/loss/catalog.h>

#include <algorithm>

namespace tagma {
namespace {

const RowsKernel<float>* float_kernels(CpuLevel level) {
  switch (level) {
#if defined(__x86_64__) && !defined(TAGMA_BASELINE_ONLY)
    case CpuLevel::avx512: return float_kernels_avx512();
    case CpuLevel::avx2: return float_kernels_avx2();
#endif
    default: return float_kernels_baseline();
  }
}

template <class Loss>
std::size_t place_in_catalog() {
  return static_cast<std::size_t>(std::find(Losses::names.begin(), Losses::names.end(), Loss::name) -
                                  Losses::names.begin());
}

template <class Loss>
class LossOf final : public LossFunction {
 public:
  LossOf(const Loss& loss, const LossOptions& options, CpuLevel level) : loss_(loss), options_(options), level_(level) {}

  std::string_view name() const override { return Loss::name; }
  Settings settings() const override {
    Settings settings = settings_of(loss_);
    for (const auto& [key, value] : settings_of(options_)) settings.set(key, value);
    return settings;
  }
  const LossOptions& options() const override { return options_; }
  Traits traits() const override {
    if constexpr (requires { loss_.own_traits(); }) return loss_.own_traits();
    else return Loss::traits;
  }
  LossPlace place() const override { return {place_in_catalog<Loss>(), &loss_, weights_ ? &*weights_ : nullptr}; }
  bool separable() const override { return LabelLoss<Loss>; }
  Outputs outputs() const override { return outputs_of(loss_); }
  void set_counts(const ClassCounts& counts) override {
    if (options_.balance != Balance::none) weights_ = class_weights(counts, options_.beta);
  }

  double run(const Batch<float>& batch, const Run& run) const override {
    return run_as(batch, float_kernels(level_)[place_in_catalog<Loss>()], run);
  }
  double run(const Batch<double>& batch, const Run& run) const override {
    return run_as(batch, double_kernels()[place_in_catalog<Loss>()], run);
  }

  Reading reading() const override { return loss_.reading(); }
  Scores read(const float* outputs, std::int64_t rows, LabelId labels, const Run& run) const override;

 private:
  template <class Real>
  double run_as(const Batch<Real>& batch, RowsKernel<Real> kernel, const Run& run) const;

  Loss loss_;
  LossOptions options_;
  CpuLevel level_;
  std::optional<ClassWeights> weights_;
};

template <class Loss>
template <class Real>
double LossOf<Loss>::run_as(const Batch<Real>& batch, RowsKernel<Real> kernel, const Run& run) const {
  using Row = CpuRow<Real, CpuLevel::baseline, true>;
  const BatchView<Real> view{batch, LossFunction::outputs(batch.labels), !LabelLoss<Loss>, Loss::traits.one_kernel};
  view.check(traits().curve);
  const bool balanced = options_.balance != Balance::none;
  if (balanced && !weights_)
    fail(Code::usage, "loss.balance {} needs class counts; give them with set_counts() first", "effective");
  if (balanced && weights_->label.size() != static_cast<std::size_t>(batch.labels))
    fail(Code::usage, "class counts of {} labels for a batch of {} labels", weights_->label.size(), batch.labels);

  constexpr bool counts_pairs = requires(const Row& row) { loss_.pairs(Serial{}, row); };
  constexpr bool binds = requires { loss_.bound(Totals{}, true); };
  Loss bound = loss_;
  const auto pairs = [&](const RowBlock<Real>& block) {
    std::int64_t sum = 0;
    if constexpr (counts_pairs) {
      for (int r = 0; r < block.rows; ++r)
        sum += block.grades ? loss_.pairs(Serial{}, row_of<Real, CpuLevel::baseline, true>(block, r))
                            : loss_.pairs(Serial{}, row_of<Real, CpuLevel::baseline, false>(block, r));
    }
    return sum;
  };
  const auto bind = [&]([[maybe_unused]] const Totals& totals) {
    if constexpr (binds) bound = loss_.bound(totals, options_.reduction == Reduction::paper);
  };
  const auto normaliser = [&](const Totals& totals) { return loss_.normaliser(totals); };
  const auto rows = [&](const RowBlock<Real>& block) { kernel(&bound, block); };
  return run_batch<Real>(view, options_, balanced ? &*weights_ : nullptr, {binds, pairs, normaliser, bind, rows}, run);
}

template <class Loss>
Scores LossOf<Loss>::read(const float* outputs, std::int64_t rows, LabelId labels, const Run& run) const {
  const Reading reading = loss_.reading();
  const std::int64_t width = LossFunction::outputs(labels);
  const std::int64_t pairs = static_cast<std::int64_t>(labels) * (labels - 1) / 2;
  const auto cells = static_cast<std::size_t>(checked_product(rows, labels, "scores"));
  Scores scores;
  scores.rows = rows;
  scores.labels = labels;
  scores.scale = reading.scale;
  scores.order = reading.order;
  scores.values.resize(cells);
  if (reading.spread) scores.spread.resize(cells);
  if (reading.presence) scores.presence.resize(cells);
  scores.shared.resize(static_cast<std::size_t>(checked_product(rows, static_cast<std::int64_t>(labels) * reading.factors, "shared parts of scores")));
  if (reading.order == Order::pairs)
    scores.pairs.resize(static_cast<std::size_t>(checked_product(rows, pairs, "pair scores")));
  parallel_for(run, rows, std::max<std::int64_t>(1, 32768 / std::max<std::int64_t>(width, 1)),
               [&](std::int64_t first, std::int64_t last) {
    const auto at = [](std::vector<float>& part, std::int64_t place) { return part.empty() ? nullptr : part.data() + place; };
    for (std::int64_t r = first; r < last; ++r) {
      const std::int64_t cell = r * labels;
      loss_.read(outputs + r * width, static_cast<int>(labels),
                 Readout<float>{at(scores.values, cell), at(scores.spread, cell), at(scores.presence, cell),
                                at(scores.pairs, r * pairs), at(scores.shared, cell * reading.factors)});
    }
  });
  return scores;
}

template <class Loss>
std::unique_ptr<LossFunction> made(const Settings& settings, CpuLevel level) {
  Settings own, shared;
  const std::vector<FieldInfo> own_fields = describe<Loss>(), shared_fields = describe<LossOptions>();
  std::vector<std::string_view> accepted;
  for (const FieldInfo& field : own_fields) accepted.push_back(field.name);
  for (const FieldInfo& field : shared_fields) accepted.push_back(field.name);
  for (const auto& [key, value] : settings) {
    const auto place = std::find(accepted.begin(), accepted.end(), key) - accepted.begin();
    if (place == static_cast<std::ptrdiff_t>(accepted.size()))
      throw Error(Code::usage, unknown_name(fmt::format("setting of loss {}", Loss::name), key, accepted));
    (place < static_cast<std::ptrdiff_t>(own_fields.size()) ? own : shared).set(key, value);
  }
  Loss loss;
  LossOptions options;
  configure(loss, own, "loss.");
  configure(options, shared, "loss.");
  return std::make_unique<LossOf<Loss>>(loss, options, level);
}

}  // namespace

std::int64_t LossFunction::outputs(LabelId labels) const {
  const std::int64_t count = labels;
  switch (outputs()) {
    case Outputs::one: return count;
    case Outputs::two: return 2 * count;
    case Outputs::three: return 3 * count;
    case Outputs::four: return 4 * count;
    case Outputs::five: return 5 * count;
    case Outputs::pairs: return count * (count + 1) / 2;
  }
  return count;
}

std::unique_ptr<LossFunction> make_loss(std::string_view name, const Settings& settings, CpuLevel level) {
  if (!runs_here(level)) fail(Code::not_built, "this machine does not run the instruction set asked for");
  return Losses::visit("loss", name, [&]<class Loss>(std::type_identity<Loss>) { return made<Loss>(settings, level); });
}

std::unique_ptr<LossFunction> make_loss(std::string_view name, const Settings& settings) {
  return make_loss(name, settings, best_level());
}

std::vector<Entry> loss_entries() {
  std::vector<Entry> entries = Losses::entries();
  for (Entry& entry : entries)
    for (const FieldInfo& field : describe<LossOptions>()) entry.fields.push_back(field);
  return entries;
}

}  // namespace tagma
