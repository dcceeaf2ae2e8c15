// How a network is trained: the settings that every network learner has besides those of its own shape.
//
// Steps: a batch of rows is cut into shards of `shard` rows; shards run side by side and their gradients are added in order,
// so that a model is the same bytes for any number of threads. Batch normalisation sees one shard at a time (Hoffer et al.,
// NIPS 2017, "ghost batch normalisation"). A loss that couples rows sees the whole batch.
// Start: the last bias is the best constant model, as that of `linear`; all else by chance.
// Rate: rises along a line over the first `warmup` of the steps, then follows `schedule`.
#pragma once

#include <tagma/base/fields.h>

#include <array>
#include <string>
#include <tuple>

namespace tagma {

enum class Optimiser : std::uint8_t { adamw, adam, sgd };
enum class Schedule : std::uint8_t { constant, cosine, step, plateau };
enum class HeadKind : std::uint8_t { linear, mlp };
enum class Arithmetic : std::uint8_t { fp32, bf16 };
enum class DeviceKind : std::uint8_t { automatic, cpu, cuda };

struct Training {
  Optimiser optimiser = Optimiser::adamw;
  double rate = 0, decay = 0.01, momentum = 0.9;
  std::int64_t epochs = 30, batch = 64, accumulate = 1, shard = 16;
  Schedule schedule = Schedule::cosine;
  double warmup = 0.05, factor = 0.1;
  std::int64_t step_epochs = 10;
  double clip = 1, ema = 0;
  std::string metric = "loss";
  std::int64_t patience = 10;
  HeadKind head = HeadKind::linear;
  std::string weights;
  bool freeze = false;
  Arithmetic arithmetic = Arithmetic::fp32;
  DeviceKind device = DeviceKind::automatic;

  // The fields, as those of a learner that derives from Training.
  template <class Self>
  static constexpr auto shared_fields() {
    using Whole = Field<Self, std::int64_t>;
    using Number = Field<Self, double>;
    constexpr std::int64_t many = 1000000000;
    return std::tuple{
        Choice<Self, Optimiser, 3>{"optimiser", &Training::optimiser, {"adamw", "adam", "sgd"}, "how weights follow the slopes"},
        Number{"rate", &Training::rate, 0.0, 1e3, "largest step size; 0: 0.003 for mlp and cnn, 0.001 for resnet and torchscript, 0.0005 for vit"},
        Number{"decay", &Training::decay, 0.0, 1e3, "weight decay; adamw: apart from the slopes; never on biases and norms"},
        Number{"momentum", &Training::momentum, 0.0, 1.0, "of sgd"},
        Whole{"epochs", &Training::epochs, 1, many, "passes over the rows"},
        Whole{"batch", &Training::batch, 1, 1 << 24, "rows per step"},
        Whole{"accumulate", &Training::accumulate, 1, 1 << 20, "batches whose slopes are added up before a step"},
        Whole{"shard", &Training::shard, 1, 1 << 20, "rows that go through the network together; normalisation sees these"},
        Choice<Self, Schedule, 4>{"schedule", &Training::schedule, {"constant", "cosine", "step", "plateau"},
                                  "what the rate does after warming up: cosine falls to 0, step and plateau multiply it by factor"},
        Number{"warmup", &Training::warmup, 0.0, 1.0, "share of the steps over which the rate rises"},
        Number{"factor", &Training::factor, 0.0, 1.0, "of step (each step_epochs) and plateau (after patience / 2 epochs without gain)"},
        Whole{"step_epochs", &Training::step_epochs, 1, many, "epochs between the steps of schedule step"},
        Number{"clip", &Training::clip, 0.0, 1e12, "longest slope of all weights together; 0: any"},
        Number{"ema", &Training::ema, 0.0, 0.999999, "decay of a running mean of the weights, which is what is kept; 0: none"},
        Words<Self>{"metric", &Training::metric, "what early stopping looks at on held-out data: loss, or any metric"},
        Whole{"patience", &Training::patience, 0, many, "epochs without gain before stopping; 0: never stop"},
        Choice<Self, HeadKind, 2>{"head", &Training::head, {"linear", "mlp"}, "what makes outputs of the encoder's vector; mlp: one hidden layer of its width"},
        Words<Self>{"weights", &Training::weights, "file to start from: .safetensors or TorchScript; what did not match is told"},
        Switch<Self>{"freeze", &Training::freeze, "train the head alone"},
        Choice<Self, Arithmetic, 2>{"arithmetic", &Training::arithmetic, {"fp32", "bf16"}, "bf16: products in 16 bits, weights and loss in 32"},
        Choice<Self, DeviceKind, 3>{"device", &Training::device, {"auto", "cpu", "cuda"}, "auto: a GPU where there is one"}};
  }
};

}  // namespace tagma
