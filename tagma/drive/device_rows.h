// What a team of a device does with its rows: counts them for the totals of a batch, or runs a loss over them. One source
// for the kernels of cuda_rows.cu and for tests on the host.
//
// Shape: arrays as in Batch (loss_function.h), in the memory of the device; `sums` one number per team; `present` room for
//   `labels` ids per team, for losses that couple labels.
#pragma once

#include <tagma/drive/device_tiles.h>

namespace tagma {

struct DeviceBlock {
  std::int64_t rows = 0, outputs_per_row = 0;
  int labels = 0;
  DeviceNumber number = DeviceNumber::float32;
  bool aligned = false;     // outputs and slopes start at multiples of 16 bytes, truth of 4
  bool paper = false;       // the divisor is that of the loss's source, else `divisor`
  double divisor = 1;
  const void* outputs = nullptr;
  const Truth* truth = nullptr;
  const float* grades = nullptr;         // or null
  const float* row_weights = nullptr;    // or null
  const float* label_weights = nullptr;  // or null
  const double* balance = nullptr;       // [labels + 1], the last for rows without labels; or null
  const Totals* totals = nullptr;        // null where neither divisor nor loss asks for them
  void* slopes = nullptr;                // or null
  double* row_values = nullptr;          // or null
  double* sums = nullptr;
  LabelId* present = nullptr;
};

// A row of a loss that couples labels, as it lies in memory.
struct DeviceRow {
  const void* outputs;
  const Truth* truths;
  const float* grades;
  const float* weights;
  const LabelId* present_ids;
  int labels, present_ids_count;
  DeviceNumber number;

  TAGMA_HD int size() const { return labels; }
  TAGMA_HD float output(int o) const { return number_at(outputs, number, o); }
  TAGMA_HD float logit(int j) const { return output(j); }
  TAGMA_HD Truth truth(int j) const { return truths[j]; }
  TAGMA_HD float grade(int j) const { return truths[j] != Truth::present ? 0.f : grades ? grades[j] : 1.f; }
  TAGMA_HD float weight(int j) const { return weights ? weights[j] : 1.f; }
  TAGMA_HD int present_count() const { return present_ids_count; }
  TAGMA_HD int present(int i) const { return present_ids[i]; }
};

struct DeviceSink {
  void* slopes;  // or null
  DeviceNumber number;
  float factor;
  bool keeps;
  TAGMA_HD void operator()(int o, float slope) const {
    if (slopes) put_number(slopes, number, o, keeps ? factor * slope : 0.f);
  }
  TAGMA_HD void operator()(int o, float slope, float) const { (*this)(o, slope); }
};

namespace detail {

TAGMA_HD const void* moved(const void* numbers, DeviceNumber type, std::int64_t by) {
  return static_cast<const char*>(numbers) + by * bytes_of(type);
}
TAGMA_HD void* moved(void* numbers, DeviceNumber type, std::int64_t by) {
  return static_cast<char*>(numbers) + by * bytes_of(type);
}

// Writes the ids of the present labels in ascending order; returns their number.
template <class Wires>
TAGMA_HD int list_present(const DeviceTeam<Wires>& team, const Truth* truth, int labels, LabelId* ids) {
  team.wires.sync();  // the list of the row before has been read
  int count = 0;
  for (int first = 0; first < labels; first += team.wires.lanes()) {
    const int j = first + team.wires.lane();
    const bool here = j < labels && truth[j] == Truth::present;
    const Raised raised = team.raised(here);
    if (here) ids[count + raised.before] = j;
    count += raised.all;
  }
  team.wires.sync();
  return count;
}

template <class Wires>
TAGMA_HD DeviceRow device_row(const DeviceBlock& block, const DeviceTeam<Wires>& team, std::int64_t team_id, std::int64_t r) {
  const Truth* truth = block.truth + r * block.labels;
  LabelId* ids = block.present + team_id * block.labels;
  return {moved(block.outputs, block.number, r * block.outputs_per_row),
          truth,
          block.grades ? block.grades + r * block.labels : nullptr,
          block.label_weights,
          ids,
          block.labels,
          list_present(team, truth, block.labels, ids),
          block.number};
}

// The row's weight, times that of its classes: the sum over its present labels, or the last where it has none.
template <class Wires>
TAGMA_HD double row_weight(const DeviceBlock& block, const DeviceTeam<Wires>& team, std::int64_t r) {
  const double weight = block.row_weights ? static_cast<double>(block.row_weights[r]) : 1.0;
  if (!block.balance) return weight;
  const Truth* truth = block.truth + r * block.labels;
  const auto classes = team.sum(block.labels, [&](int j) {
    Several<double, 2> part(0);
    part[0] = truth[j] == Truth::present ? 1 : 0;
    part[1] = truth[j] == Truth::present ? block.balance[j] : 0;
    return part;
  });
  return weight * (classes[0] > 0 ? classes[1] : block.balance[block.labels]);
}

template <class Loss>
TAGMA_HD Loss bound_to(const Loss& loss, const Totals& totals, bool paper) {
  if constexpr (requires { loss.bound(totals, paper); }) return loss.bound(totals, paper);
  else return loss;
}

TAGMA_HD Totals totals_of(const DeviceBlock& block) {
  Totals totals = block.totals ? *block.totals : Totals{};
  totals.rows = block.rows;
  return totals;
}

template <class Loss>
TAGMA_HD double divisor_of(const Loss& loss, const DeviceBlock& block, const Totals& totals) {
  if (!block.paper) return block.divisor;
  return block.balance ? static_cast<double>(totals.present + totals.negative_rows) : loss.normaliser(totals);
}

template <bool weighted, class Loss, class Wires>
TAGMA_HD float value_of_row(const Loss& loss, const DeviceBlock& block, const DeviceTeam<Wires>& team, std::int64_t team_id,
                            std::int64_t r, float factor, bool keeps) {
  if constexpr (LabelLoss<Loss>) {
    LabelTile tile;
    const TileSource source{block.outputs, block.truth,  block.slopes, block.number,
                            r * block.labels, block.labels, block.aligned};
    const TileRow<weighted> row{&tile, block.label_weights, block.labels};
    return row_loss(loss, TileTeam<Wires>{team, source, &tile}, row, TileSink{&tile, factor, keeps});
  } else {
    const DeviceNumber number = slopes_of(block.number);
    void* slopes = block.slopes ? moved(block.slopes, number, r * block.outputs_per_row) : nullptr;
    return row_loss(loss, team, device_row(block, team, team_id, r), DeviceSink{slopes, number, factor, keeps});
  }
}

}  // namespace detail

// Runs the loss over every `teams`-th row. `weighted`: there are label weights (always for losses that couple labels).
template <bool weighted, class Loss, class Wires>
TAGMA_HD void run_device_rows(const Loss& shared_loss, const DeviceBlock& block, const Wires& wires, std::int64_t team_id,
                              std::int64_t teams) {
  const DeviceTeam<Wires> team{wires};
  const Totals totals = detail::totals_of(block);
  const Loss loss = detail::bound_to(shared_loss, totals, block.paper);
  const double divisor = detail::divisor_of(loss, block, totals), inverse = divisor > 0 ? 1 / divisor : 0;
  double sum = 0;
  for (std::int64_t r = team_id; r < block.rows; r += teams) {
    const double weight = detail::row_weight(block, team, r);
    const auto factor = static_cast<float>(weight * inverse);
    const bool keeps = static_cast<float>(weight) > 0;  // in float, because doubles are compared slowly for every label
    const double value = detail::value_of_row<weighted>(loss, block, team, team_id, r, factor, keeps);
    if (weight > 0) sum += weight * value;
    if (block.row_values && wires.lane() == 0) block.row_values[r] = value;
  }
  if (wires.lane() == 0) block.sums[team_id] = sum * inverse;
}

// The value of the batch, from the sums of its teams.
template <class Wires>
TAGMA_HD double sum_of_teams(const double* sums, std::int64_t teams, const Wires& wires) {
  return DeviceTeam<Wires>{wires}.sum(static_cast<int>(teams), [&](int i) { return sums[i]; });
}

// Adds what the rows of this team count to `totals`, all but the number of rows.
template <class Loss, class Wires>
TAGMA_HD void count_device_rows(const Loss& loss, const DeviceBlock& block, const Wires& wires, std::int64_t team_id,
                                std::int64_t teams, Totals* totals) {
  const DeviceTeam<Wires> team{wires};
  Totals mine;
  for (std::int64_t r = team_id; r < block.rows; r += teams) {
    const Truth* truth = block.truth + r * block.labels;
    const auto counts = team.sum(block.labels, [&](int j) {
      const bool counted = !block.label_weights || block.label_weights[j] > 0;
      Several<int, 2> part(0);
      part[0] = counted && truth[j] != Truth::unknown ? 1 : 0;
      part[1] = counted && truth[j] == Truth::present ? 1 : 0;
      return part;
    });
    mine.known += counts[0];
    mine.present += counts[1];
    mine.negative_rows += counts[0] > 0 && counts[1] == 0;
    if constexpr (requires(const DeviceRow& row) { loss.pairs(team, row); })
      mine.pairs += loss.pairs(team, detail::device_row(block, team, team_id, r));
  }
  if (wires.lane() != 0) return;
  wires.add(&totals->known, mine.known);
  wires.add(&totals->present, mine.present);
  wires.add(&totals->negative_rows, mine.negative_rows);
  wires.add(&totals->pairs, mine.pairs);
}

}  // namespace tagma
