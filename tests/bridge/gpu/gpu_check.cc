// Every loss on a CUDA device against the CPU driver, then what share of the device's bandwidth each reaches. Needs no test
// framework, so that a bare machine can run it. Exit 1 when a number is wrong.
#include <tagma/drive/cuda_loss.h>

#include "tests/bridge/gpu/device_array.h"
#include "tests/drive/random_batch.h"

#include <cmath>
#include <cstring>
#include <string>

namespace tagma::gpu {
namespace {

struct Way {
  const char* says;
  std::int64_t rows;
  LabelId labels;
  DeviceNumber number = DeviceNumber::float32;
  bool label_weights = false, paper = false, balance = false;
};

using Outcome = BatchOutcome;

std::uint16_t short_of(float x, DeviceNumber number) {
  if (number == DeviceNumber::bfloat16) return bfloat16_of(x);
  if (std::isnan(x)) return 0x7e00;
  std::uint16_t best = 0, step = 0x4000;  // float16 by bisection: positive bits are in the order of their numbers
  for (; step > 0; step /= 2)
    if (float_of_float16(static_cast<std::uint16_t>(best + step)) <= std::abs(x)) best = static_cast<std::uint16_t>(best + step);
  return static_cast<std::uint16_t>(best | (x < 0 ? 0x8000 : 0));
}

Outcome by_device(const LossFunction& loss, const RandomBatch& drawn, const std::vector<std::uint16_t>& bits, const Way& way) {
  const DeviceArray<float> outputs(drawn.outputs), grades(drawn.grades), row_weights(drawn.row_weights),
      label_weights(drawn.label_weights), slopes(drawn.outputs.size());
  const DeviceArray<std::uint16_t> shorter(bits);
  const DeviceArray<Truth> truth(drawn.truth);
  const DeviceArray<double> row_values(static_cast<std::size_t>(drawn.rows)), value(1);
  CudaBatch batch;
  batch.rows = drawn.rows, batch.labels = drawn.labels, batch.number = way.number;
  batch.outputs = way.number == DeviceNumber::float32 ? static_cast<const void*>(outputs.data()) : shorter.data();
  batch.truth = truth.data(), batch.grades = grades.data(), batch.row_weights = row_weights.data();
  batch.label_weights = way.label_weights ? label_weights.data() : nullptr;
  batch.slopes = slopes.data(), batch.row_values = row_values.data(), batch.value = value.data();
  const DeviceArray<char> workspace(static_cast<std::size_t>(cuda_workspace(loss, batch)));
  run_on_cuda(loss, batch, workspace.data(), nullptr);
  check(cudaDeviceSynchronize());
  Outcome outcome{value.values()[0], {}, row_values.values()};
  const std::vector<float> packed = slopes.values();
  for (std::size_t o = 0; o < packed.size(); ++o)
    outcome.slopes.push_back(number_at(packed.data(), slopes_of(way.number), static_cast<std::int64_t>(o)));
  return outcome;
}

bool near(double a, double b, double bound) { return std::abs(a - b) <= bound; }

std::string difference(const Outcome& device, const Outcome& cpu, const Way& way) {
  constexpr double bound = 3e-5;
  if (!near(device.value, cpu.value, bound * (1 + std::abs(cpu.value))))
    return fmt::format("value {} instead of {}", device.value, cpu.value);
  for (std::size_t r = 0; r < cpu.row_values.size(); ++r)
    if (!near(device.row_values[r], cpu.row_values[r], bound * (1 + std::abs(cpu.row_values[r]))))
      return fmt::format("value {} instead of {} in row {}", device.row_values[r], cpu.row_values[r], r);
  double largest = 0;
  for (const double slope : cpu.slopes) largest = std::max(largest, std::abs(slope));
  const double rounding = way.number == DeviceNumber::bfloat16 ? 0x1p-8 : 0;
  for (std::size_t o = 0; o < cpu.slopes.size(); ++o)
    if (!near(device.slopes[o], cpu.slopes[o], bound * largest + rounding * std::abs(cpu.slopes[o])))
      return fmt::format("slope {} instead of {} at output {}", device.slopes[o], cpu.slopes[o], o);
  return {};
}

// Rows of pairs grow with the square of the labels: those of crpc stay short.
bool too_long(const LossFunction& loss, LabelId labels) { return loss.outputs() == Outputs::pairs && labels > 200; }

int compare(const Way& way) {
  int wrong = 0;
  for (const Entry& entry : loss_entries()) {
    const auto loss = make_loss(entry.name, {{"reduction", way.paper ? "paper" : "mean-rows"}, {"balance", way.balance ? "effective" : "none"}});
    if (too_long(*loss, way.labels)) continue;
    if (way.balance) loss->set_counts({std::vector<std::int64_t>(static_cast<std::size_t>(way.labels), 7), 90});
    RandomBatch drawn(31, way.rows, way.labels, *loss);
    std::vector<std::uint16_t> bits(drawn.outputs.size());
    std::vector<float> outputs = drawn.outputs;
    for (std::size_t o = 0; way.number != DeviceNumber::float32 && o < bits.size(); ++o) {
      bits[o] = short_of(outputs[o], way.number);
      outputs[o] = number_at(bits.data(), way.number, static_cast<std::int64_t>(o));
    }
    const Outcome device = by_device(*loss, drawn, bits, way), again = by_device(*loss, drawn, bits, way);
    std::string found = difference(device, by_cpu<double>(*loss, drawn, outputs, way.label_weights), way);
    if (found.empty() && std::memcmp(&device.value, &again.value, sizeof(double)) != 0) found = "another value the second time";
    std::printf("%-14s %-34s %s\n", entry.name.c_str(), way.says, found.empty() ? "agrees" : found.c_str());
    wrong += !found.empty();
  }
  return wrong;
}

int laws() {
  const Way ways[] = {
      {"37 labels", 50, 37},
      {"1 label", 9, 1},
      {"1000 labels", 40, 1000},
      {"5000 labels, a block per row", 6, 5000},
      {"64 labels, bfloat16", 50, 64, DeviceNumber::bfloat16},
      {"61 labels, float16", 50, 61, DeviceNumber::float16},
      {"45 labels, label weights, paper", 60, 45, DeviceNumber::float32, true, true},
      {"30 labels, balanced, paper", 60, 30, DeviceNumber::float32, false, true, true},
      {"20000 rows of 8 labels", 20000, 8},
  };
  int wrong = 0;
  for (const Way& way : ways) wrong += compare(way);
  std::printf(wrong ? "%d comparisons FAILED\n" : "laws: all losses agree with the CPU\n", wrong);
  return wrong;
}

}  // namespace
}  // namespace tagma::gpu

int main() {
  int devices = 0;
  if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) {
    std::puts("skipped: there is no CUDA device");
    return 0;
  }
  try {
    const int wrong = tagma::gpu::laws();
    return tagma::gpu::bandwidth() != 0 || wrong != 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
