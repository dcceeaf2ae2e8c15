#include <tagma/learn/panel_crew.h>

#include <tagma/base/parallel.h>
#include <tagma/learn/panel_bytes.h>

#include <algorithm>
#include <cstring>
#include <numeric>

namespace tagma {

struct PanelCrew::Wave {
  std::size_t first = 0;
  std::vector<int> owner;          // of each panel from `first` on
  std::vector<std::size_t> mine;   // panels of this rank, ascending
};

PanelCrew::PanelCrew(const Run& run, const std::string& job, std::uint32_t sum)
    : run_(run), comm_(ranks_of(run)), rank_(comm_ ? comm_->rank() : 0), ranks_(comm_ ? comm_->size() : 1),
      kept_(rank_ == 0 ? run.part : std::string(), fmt::format("{} data {:08x}", job, sum), run) {
  if (comm_) comm_->same_everywhere(sum, "the training data");
}

std::size_t PanelCrew::agreed(std::size_t value) {
  if (!comm_) return value;
  Bytes bytes(sizeof(value));
  std::memcpy(bytes.data(), &value, sizeof(value));
  comm_->broadcast(bytes);
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof(value)));
  return value;
}

std::size_t PanelCrew::wave_size(const PanelJob& job) {
  const auto threads = static_cast<std::size_t>(std::max(run_.threads, 1)) * static_cast<std::size_t>(ranks_);
  return agreed(threads > 1 ? threads * job.wave.each : job.wave.alone);
}

PanelCrew::Wave PanelCrew::deal(const PanelJob& job, std::size_t first, std::size_t count) const {
  Wave wave;
  wave.first = first;
  wave.owner.resize(count);
  if (ranks_ > 1) {
    std::vector<double> cost(count), load(static_cast<std::size_t>(ranks_));
    for (std::size_t i = 0; i < count; ++i) cost[i] = job.cost(first + i);
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return cost[a] > cost[b]; });
    for (const std::size_t i : order) {
      const auto least = std::min_element(load.begin(), load.end());
      *least += cost[i];
      wave.owner[i] = static_cast<int>(least - load.begin());
    }
  }
  for (std::size_t i = 0; i < count; ++i)
    if (wave.owner[i] == rank_) wave.mine.push_back(first + i);
  return wave;
}

bool PanelCrew::solve(const PanelJob& job, const Wave& wave, std::vector<PanelWeights>& solved) {
  Run crew = run_;  // panels look at the stop token themselves
  crew.stop = {};
  solved.resize(wave.mine.size());
  const auto work = [&] {
    parallel_blocks(crew, static_cast<std::int64_t>(wave.mine.size()), [&](std::int64_t block) {
      const auto i = static_cast<std::size_t>(block);
      solved[i] = job.solve(wave.mine[i]);
    });
  };
  if (!comm_) {
    work();
    return false;
  }
  std::exception_ptr fault = fault_;
  try {
    if (!fault) work();
  } catch (...) {
    fault = std::current_exception();
  }
  return comm_->agree(fault, run_.stop.stop_requested());
}

void PanelCrew::take(const PanelJob& job, std::size_t panel, const PanelWeights& weights) {
  ended_ = weights.stopped;
  if (ended_) return;
  job.take(panel, weights);
  ++done_;
}

void PanelCrew::hand_over(const PanelJob& job, const Wave& wave, std::vector<PanelWeights>& solved) {
  std::size_t own = 0;
  for (std::size_t i = 0; i < wave.owner.size(); ++i) {
    const int owner = wave.owner[i];
    if (rank_ != 0) {
      if (owner == rank_) comm_->send(0, packed(std::exchange(solved[own++], {})));
      continue;
    }
    PanelWeights panel;
    Bytes bytes;
    if (owner == 0) panel = std::exchange(solved[own++], {});
    else bytes = comm_->receive(owner);
    if (ended_ || fault_) continue;
    try {
      if (owner != 0) panel = unpacked(bytes);
      take(job, wave.first + i, panel);
      if (ended_ || !kept_.keeps()) continue;
      if (owner == 0) bytes = packed(panel);
      kept_.add(bytes);
    } catch (...) {
      if (!comm_) throw;
      fault_ = std::current_exception();
    }
  }
}

std::size_t PanelCrew::recall(const PanelJob& job) {
  together(run_, [&] {
    if (rank_ != 0) return;
    while (done_ < job.panels) {
      const std::optional<Bytes> record = kept_.next();
      if (!record) break;
      take(job, done_, unpacked(*record));
    }
    if (done_ > 0) run_.note(fmt::format("{}: going on after {} of {} panels", run_.part, done_, job.panels));
  });
  return agreed(done_);
}

std::size_t PanelCrew::work(const PanelJob& job) {
  done_ = 0;
  ended_ = false;
  const std::size_t wave_panels = wave_size(job);
  bool stop = false;
  for (std::size_t first = recall(job); first < job.panels && !stop && !ended_; first += wave_panels) {
    const Wave wave = deal(job, first, std::min(wave_panels, job.panels - first));
    std::vector<PanelWeights> solved;
    stop = solve(job, wave, solved);
    hand_over(job, wave, solved);
    if (rank_ != 0) continue;
    kept_.flush();
    if (!fault_) job.report(done_);
    if (!comm_) stop = run_.stop.stop_requested();
  }
  if (comm_) comm_->agree(fault_);
  return agreed(done_);
}

std::string PanelCrew::summary() {
  if (!comm_) return {};
  double sent = static_cast<double>(comm_->sent());
  comm_->sum({&sent, 1});
  return rank_ == 0 ? fmt::format("{} ranks; {:.1f} MB went between them", ranks_, sent / 1e6) : std::string();
}

}  // namespace tagma
