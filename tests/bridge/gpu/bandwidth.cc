// What share of the device's copy bandwidth a loss reaches on [65536 x 1000] outputs: bytes it must read and write (outputs,
// truth, slopes) over its time, beside those of a device-to-device copy. Medians of 21 runs after 3.
#include <tagma/base/rng.h>
#include <tagma/drive/cuda_loss.h>

#include "tests/bridge/gpu/device_array.h"

#include <algorithm>

namespace tagma::gpu {
namespace {

constexpr std::int64_t rows = 65536;
constexpr LabelId labels = 1000;

template <class Work>
double median_ms(Work work) {
  cudaEvent_t begin, end;
  check(cudaEventCreate(&begin));
  check(cudaEventCreate(&end));
  std::vector<float> times;
  for (int repeat = 0; repeat < 24; ++repeat) {
    check(cudaEventRecord(begin));
    work();
    check(cudaEventRecord(end));
    check(cudaEventSynchronize(end));
    float time = 0;
    check(cudaEventElapsedTime(&time, begin, end));
    if (repeat >= 3) times.push_back(time);
  }
  check(cudaEventDestroy(begin));
  check(cudaEventDestroy(end));
  std::sort(times.begin(), times.end());
  return times[times.size() / 2];
}

void measure(const LossFunction& loss, std::string_view name, DeviceNumber number, const std::vector<Truth>& truths, double copied) {
  const auto outputs = static_cast<std::size_t>(rows * loss.outputs(labels));
  Rng rng(2);
  std::vector<float> drawn(outputs);
  for (std::size_t o = 0; o < outputs; ++o) drawn[o] = o < 1000000 ? static_cast<float>(rng.normal(-2, 2)) : drawn[o - 1000000];
  std::vector<std::uint16_t> bits(number == DeviceNumber::float32 ? 0 : outputs);
  for (std::size_t o = 0; o < bits.size(); ++o) bits[o] = bfloat16_of(drawn[o]);
  const DeviceArray<float> wide(drawn), slopes(outputs);
  const DeviceArray<std::uint16_t> narrow(bits);
  const DeviceArray<Truth> truth(truths);
  const DeviceArray<double> value(1);
  CudaBatch batch;
  batch.rows = rows, batch.labels = labels, batch.number = number, batch.truth = truth.data(), batch.slopes = slopes.data();
  batch.outputs = number == DeviceNumber::float32 ? static_cast<const void*>(wide.data()) : narrow.data();
  batch.value = value.data();
  const DeviceArray<char> workspace(static_cast<std::size_t>(cuda_workspace(loss, batch)));
  const double time = median_ms([&] { run_on_cuda(loss, batch, workspace.data(), nullptr); });
  const double bytes = static_cast<double>(outputs) * 2 * bytes_of(number) + static_cast<double>(truths.size());
  const double speed = bytes / time / 1e6;
  std::printf("%-14s %-9s %8.3f ms %8.0f GB/s  %3.0f%% of copy\n", std::string(name).c_str(),
              number == DeviceNumber::float32 ? "float32" : "bfloat16", time, speed, 100 * speed / copied);
}

}  // namespace

int bandwidth() {
  Rng rng(1);
  std::vector<Truth> truth(static_cast<std::size_t>(rows) * labels);
  for (Truth& t : truth) t = rng.chance(0.005) ? Truth::present : Truth::absent;
  const std::size_t bytes = std::size_t(1) << 30;
  const DeviceArray<char> from(bytes), to(bytes);
  const double time = median_ms([&] { check(cudaMemcpyAsync(to.data(), from.data(), bytes, cudaMemcpyDeviceToDevice)); });
  const double copied = 2 * static_cast<double>(bytes) / time / 1e6;
  std::printf("copy %.0f GB/s (read and written); [%lld x %d], 0.5%% present\n", copied, static_cast<long long>(rows), labels);
  for (const Entry& entry : loss_entries()) {
    const auto loss = make_loss(entry.name, {});
    if (loss->outputs() == Outputs::pairs) continue;
    for (const DeviceNumber number : {DeviceNumber::float32, DeviceNumber::bfloat16})
      measure(*loss, entry.name, number, truth, copied);
  }
  return 0;
}

}  // namespace tagma::gpu
