// Losses on a CUDA device: value and slopes of a batch that lies in its memory, by the same formulas as on the CPU.
// Arithmetic is float32, sums over rows float64; the same bytes each time on the same kind of device.
//
// Shape: as Batch (loss_function.h); all pointers but those named otherwise are device memory. Slopes have the type of the
//   outputs, but those of float16 are float32: a loss that is scaled later would find small ones gone.
// Threads: run_on_cuda only enqueues on `stream` (a cudaStream_t; null: the default one) of the present device, and may be
//   called from any thread. Arrays and workspace must live until the stream has passed.
// Errors: Error{usage} for sizes that do not fit and for class balancing without counts; Error{io} with CUDA's words when a
//   launch fails. Truths, grades and weights are not looked at; they must be as Batch says.
#pragma once

#include <tagma/drive/device_numbers.h>
#include <tagma/drive/loss_function.h>

namespace tagma {

struct CudaBatch {
  std::int64_t rows = 0;
  LabelId labels = 0;
  const void* outputs = nullptr;
  DeviceNumber number = DeviceNumber::float32;  // type of the outputs
  const Truth* truth = nullptr;
  const float* grades = nullptr;         // [rows x labels] or null
  const float* row_weights = nullptr;    // [rows] or null
  const float* label_weights = nullptr;  // [labels] or null
  void* slopes = nullptr;                // out, or null
  double* row_values = nullptr;          // out, [rows] or null
  double* value = nullptr;               // out, one number
};

// Bytes of device memory that run_on_cuda uses while it runs; aligned to 256.
std::int64_t cuda_workspace(const LossFunction& loss, const CudaBatch& batch);

void run_on_cuda(const LossFunction& loss, const CudaBatch& batch, void* workspace, void* stream);

}  // namespace tagma
