// Kernels of a CUDA device: a warp per row, a block per row of more than 4096 labels. What a team does with its rows is in
// device_rows.h; here are the wires between its lanes, the launches, and a table of one pair of launchers per loss in the
// order of the catalog.
#include <tagma/drive/cuda_loss.h>

#include <tagma/base/checked.h>
#include <tagma/drive/balance.h>
#include <tagma/drive/device_rows.h>
#include <tagma/loss/catalog.h>

#include <cuda_runtime.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace tagma {
namespace {

constexpr int threads_per_block = 256, warps_per_block = threads_per_block / warp_size, most_bytes_posted = 96;
constexpr int most_labels_of_a_warp = 4096;

// On the host, where it is only compiled, these do nothing.
struct CudaWires {
  int lanes_of_team;
  unsigned char* posts;  // shared memory, most_bytes_posted per warp

  TAGMA_HD int lanes() const { return lanes_of_team; }
  TAGMA_HD int lane() const {
#if defined(__CUDA_ARCH__)
    return static_cast<int>(threadIdx.x) % lanes_of_team;
#else
    return 0;
#endif
  }
  template <class T>
  TAGMA_HD T across(T x, [[maybe_unused]] int distance) const {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % 4 == 0 && sizeof(T) <= most_bytes_posted);
#if defined(__CUDA_ARCH__)
    unsigned words[sizeof(T) / 4];
    memcpy(words, &x, sizeof(T));
#pragma unroll
    for (unsigned& word : words) word = __shfl_xor_sync(0xffffffffu, word, distance);
    memcpy(&x, words, sizeof(T));
#endif
    return x;
  }
  TAGMA_HD std::uint32_t votes([[maybe_unused]] bool flag) const {
#if defined(__CUDA_ARCH__)
    return __ballot_sync(0xffffffffu, flag);
#else
    return 0;
#endif
  }
  template <class T>
  TAGMA_HD void post([[maybe_unused]] const T& x) const {
#if defined(__CUDA_ARCH__)
    if (threadIdx.x % warp_size == 0) memcpy(posts + threadIdx.x / warp_size * most_bytes_posted, &x, sizeof(T));
#endif
  }
  template <class T>
  TAGMA_HD T shown([[maybe_unused]] int warp) const {
    T x = 0;
#if defined(__CUDA_ARCH__)
    memcpy(&x, posts + warp * most_bytes_posted, sizeof(T));
#endif
    return x;
  }
  TAGMA_HD void sync() const {
#if defined(__CUDA_ARCH__)
    if (lanes_of_team == warp_size) __syncwarp();
    else __syncthreads();
#endif
  }
  TAGMA_HD void add([[maybe_unused]] std::int64_t* whole, [[maybe_unused]] std::int64_t part) const {
#if defined(__CUDA_ARCH__)
    atomicAdd(reinterpret_cast<unsigned long long*>(whole), static_cast<unsigned long long>(part));
#endif
  }
};

struct Teams {
  std::int64_t teams;
  int lanes;
  unsigned blocks() const { return static_cast<unsigned>((teams * lanes + threads_per_block - 1) / threads_per_block); }
};

// The team that this thread belongs to. All threads of a team share their fate: a block is one team or eight.
__device__ std::int64_t own_team(int lanes) {
  return (static_cast<std::int64_t>(blockIdx.x) * threads_per_block + threadIdx.x) / lanes;
}

template <bool weighted, class Loss>
__global__ void __launch_bounds__(threads_per_block) rows_kernel(const Loss loss, const DeviceBlock block, const Teams teams) {
  __shared__ alignas(16) unsigned char posts[warps_per_block * most_bytes_posted];
  const std::int64_t team = own_team(teams.lanes);
  if (team < teams.teams) run_device_rows<weighted>(loss, block, CudaWires{teams.lanes, posts}, team, teams.teams);
}

template <class Loss>
__global__ void __launch_bounds__(threads_per_block) count_kernel(const Loss loss, const DeviceBlock block, const Teams teams,
                                                                  Totals* totals) {
  __shared__ alignas(16) unsigned char posts[warps_per_block * most_bytes_posted];
  const std::int64_t team = own_team(teams.lanes);
  if (team < teams.teams) count_device_rows(loss, block, CudaWires{teams.lanes, posts}, team, teams.teams, totals);
}

// One block adds the sums of the teams, in the same order each time.
__global__ void __launch_bounds__(threads_per_block) add_kernel(const double* sums, std::int64_t count, double* value) {
  __shared__ alignas(16) unsigned char posts[warps_per_block * most_bytes_posted];
  const double sum = sum_of_teams(sums, count, CudaWires{threads_per_block, posts});
  if (threadIdx.x == 0) *value = sum;
}

struct Launcher {
  bool counts, lists;  // the loss asks for totals; its rows list their present labels
  void (*rows)(const void* loss, const DeviceBlock& block, const Teams& teams, cudaStream_t stream);
  void (*count)(const void* loss, const DeviceBlock& block, const Teams& teams, Totals* totals, cudaStream_t stream);
};

template <class Loss>
void launch_rows(const void* loss, const DeviceBlock& block, const Teams& teams, cudaStream_t stream) {
  static_assert(std::is_trivially_copyable_v<Loss>, "a loss travels to the device by value");
  const Loss& typed = *static_cast<const Loss*>(loss);
  if (!LabelLoss<Loss> || block.label_weights)
    rows_kernel<true><<<teams.blocks(), threads_per_block, 0, stream>>>(typed, block, teams);
  else
    rows_kernel<!LabelLoss<Loss>><<<teams.blocks(), threads_per_block, 0, stream>>>(typed, block, teams);
}

struct NoPairs {};

template <class Loss>
void launch_count(const void* loss, const DeviceBlock& block, const Teams& teams, Totals* totals, cudaStream_t stream) {
  constexpr bool pairs = requires(const Loss& typed, const DeviceTeam<CudaWires>& team, const DeviceRow& row) {
    typed.pairs(team, row);
  };
  if constexpr (pairs)
    count_kernel<<<teams.blocks(), threads_per_block, 0, stream>>>(*static_cast<const Loss*>(loss), block, teams, totals);
  else
    count_kernel<<<teams.blocks(), threads_per_block, 0, stream>>>(NoPairs{}, block, teams, totals);
}

template <class List>
struct LauncherTable;
template <template <class...> class List, class... Loss>
struct LauncherTable<List<Loss...>> {
  static constexpr Launcher launchers[] = {
      {requires(const Loss& loss) { loss.bound(Totals{}, true); }, !LabelLoss<Loss>, &launch_rows<Loss>, &launch_count<Loss>}...};
};

void check(cudaError_t error) {
  if (error != cudaSuccess) fail(Code::io, "CUDA: {}", cudaGetErrorString(error));
}

// What a batch needs, and where it lies in the workspace.
struct Plan {
  Launcher launcher;
  bool paper = false, totals = false;
  Teams teams;
  std::int64_t outputs_per_row = 0, sums_at = 0, balance_at = 0, present_at = 0, bytes = 0;
};

constexpr std::int64_t rounded_up(std::int64_t bytes) { return (bytes + 255) / 256 * 256; }

Plan plan_of(const LossFunction& loss, const CudaBatch& batch) {
  constexpr std::int64_t most_teams = 16384, least_teams = 128, listed_ids = std::int64_t(1) << 26;
  if (batch.rows < 0 || batch.labels < 0) fail(Code::usage, "a batch of {} rows x {} labels", batch.rows, batch.labels);
  Plan plan{.launcher = LauncherTable<Losses>::launchers[loss.place().place]};
  plan.outputs_per_row = loss.outputs(batch.labels);
  if (plan.outputs_per_row > INT32_MAX)
    fail(Code::usage, "{} labels give {} outputs per row, at most {} are possible", batch.labels, plan.outputs_per_row, INT32_MAX);
  checked_product(batch.rows, plan.outputs_per_row, "outputs");
  plan.paper = loss.options().reduction == Reduction::paper;
  plan.totals = plan.paper || plan.launcher.counts;
  plan.teams.lanes = batch.labels > most_labels_of_a_warp ? threads_per_block : warp_size;
  const std::int64_t by_ids = std::max(least_teams, listed_ids / std::max(batch.labels, 1));
  plan.teams.teams = std::min({batch.rows, most_teams, plan.launcher.lists ? by_ids : most_teams});
  const bool balanced = loss.options().balance != Balance::none;
  plan.sums_at = rounded_up(sizeof(Totals));
  plan.balance_at = plan.sums_at + rounded_up(8 * plan.teams.teams);
  plan.present_at = plan.balance_at + (balanced ? rounded_up(8 * (std::int64_t(batch.labels) + 1)) : 0);
  plan.bytes = plan.present_at + (plan.launcher.lists ? rounded_up(4 * plan.teams.teams * batch.labels) : 0);
  return plan;
}

DeviceBlock block_of(const CudaBatch& batch, const Plan& plan, const LossOptions& options, char* workspace) {
  const auto multiple = [](const void* pointer, std::uintptr_t of) { return reinterpret_cast<std::uintptr_t>(pointer) % of == 0; };
  DeviceBlock block;
  block.rows = batch.rows;
  block.outputs_per_row = plan.outputs_per_row;
  block.labels = batch.labels;
  block.number = batch.number;
  block.aligned = multiple(batch.outputs, 16) && multiple(batch.slopes, 16) && multiple(batch.truth, 4);
  block.paper = plan.paper;
  block.divisor = options.reduction == Reduction::mean_rows ? static_cast<double>(batch.rows) : 1.0;
  block.outputs = batch.outputs;
  block.truth = batch.truth;
  block.grades = batch.grades;
  block.row_weights = batch.row_weights;
  block.label_weights = batch.label_weights;
  block.totals = plan.totals ? reinterpret_cast<const Totals*>(workspace) : nullptr;
  block.slopes = batch.slopes;
  block.row_values = batch.row_values;
  block.sums = reinterpret_cast<double*>(workspace + plan.sums_at);
  block.present = reinterpret_cast<LabelId*>(workspace + plan.present_at);
  return block;
}

// The copy is taken from the vector before the call returns.
const double* send_balance(const ClassWeights* weights, LabelId labels, char* where, cudaStream_t stream) {
  if (!weights) fail(Code::usage, "loss.balance {} needs class counts; give them with set_counts() first", "effective");
  if (weights->label.size() != static_cast<std::size_t>(labels))
    fail(Code::usage, "class counts of {} labels for a batch of {} labels", weights->label.size(), labels);
  std::vector<double> all = weights->label;
  all.push_back(weights->negative);
  check(cudaMemcpyAsync(where, all.data(), 8 * all.size(), cudaMemcpyHostToDevice, stream));
  return reinterpret_cast<const double*>(where);
}

}  // namespace

std::int64_t cuda_workspace(const LossFunction& loss, const CudaBatch& batch) { return plan_of(loss, batch).bytes; }

void run_on_cuda(const LossFunction& loss, const CudaBatch& batch, void* workspace, void* stream_handle) {
  const auto stream = static_cast<cudaStream_t>(stream_handle);
  const Plan plan = plan_of(loss, batch);
  char* memory = static_cast<char*>(workspace);
  DeviceBlock block = block_of(batch, plan, loss.options(), memory);
  if (loss.options().balance != Balance::none)
    block.balance = send_balance(loss.place().weights, batch.labels, memory + plan.balance_at, stream);
  if (batch.rows == 0) {
    check(cudaMemsetAsync(batch.value, 0, sizeof(double), stream));
    return;
  }
  if (plan.totals) {
    auto* totals = reinterpret_cast<Totals*>(memory);
    check(cudaMemsetAsync(totals, 0, sizeof(Totals), stream));
    plan.launcher.count(loss.place().loss, block, plan.teams, totals, stream);
  }
  plan.launcher.rows(loss.place().loss, block, plan.teams, stream);
  add_kernel<<<1, threads_per_block, 0, stream>>>(block.sums, plan.teams.teams, batch.value);
  check(cudaGetLastError());
}

}  // namespace tagma
