#include <tagma/bridge/row_loss.h>

#include <tagma/bridge/given.h>

#include <ATen/ATen.h>
#include <torch/csrc/autograd/custom_function.h>

namespace tagma {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

bridge::Evaluated evaluate(const bridge::Given& given, const LossFunction& loss, bool slopes, const Run& run) {
  if (given.outputs.is_cuda()) return bridge::run_on_cuda(given, loss, slopes);
  return bridge::run_on_cpu(given, loss, slopes, run);
}

class RowLoss : public torch::autograd::Function<RowLoss> {
 public:
  static at::Tensor forward(AutogradContext* context, const at::Tensor& outputs, const bridge::Given& given,
                            const LossFunction& loss, bool slopes, const Run& run) {
    bridge::Evaluated result = evaluate(given, loss, slopes, run);
    if (slopes) {
      context->save_for_backward({result.slopes});
      context->saved_data["type"] = static_cast<std::int64_t>(outputs.scalar_type());
    }
    return result.value;
  }

  // One gradient for each argument of forward.
  static variable_list backward(AutogradContext* context, variable_list upstream) {
    if (at::GradMode::is_enabled())
      fail(Code::usage,
           "the gradient of a loss of tagma has no derivative of its own: call backward without create_graph");
    const at::Tensor slopes = context->get_saved_variables()[0];
    const auto type = static_cast<at::ScalarType>(context->saved_data["type"].toInt());
    return {slopes.mul(upstream[0]).to(type), {}, {}, {}, {}};
  }
};

}  // namespace

at::Tensor row_loss(const at::Tensor& outputs, const at::Tensor& truth, const at::Tensor& grades,
                    const at::Tensor& row_weights, std::shared_ptr<const LossFunction> loss, int threads) {
  if (!loss) fail(Code::usage, "row_loss without a loss");
  Run run;
  run.threads = threads;
  const bridge::Given given = bridge::checked(outputs, truth, grades, row_weights, *loss, run);
  const bool slopes = at::GradMode::is_enabled() && outputs.requires_grad();
  return RowLoss::apply(outputs, given, *loss, slopes, run);
}

}  // namespace tagma
