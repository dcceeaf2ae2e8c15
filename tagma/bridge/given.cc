#include <tagma/bridge/given.h>

#include <tagma/base/parallel.h>

#include <ATen/ATen.h>

namespace tagma::bridge {
namespace {

std::string shape_of(const at::Tensor& tensor) {
  std::string text = "[";
  for (std::int64_t d = 0; d < tensor.dim(); ++d) text += fmt::format("{}{}", d == 0 ? "" : " x ", tensor.size(d));
  return text + "]";
}

void check_companion(const at::Tensor& tensor, std::string_view name, const at::Tensor& outputs) {
  if (tensor.device() != outputs.device())
    fail(Code::usage, "{} is on device {}, outputs on {}: move one to the other", name, tensor.device().str(),
         outputs.device().str());
  if (tensor.layout() != at::kStrided) fail(Code::usage, "{} is a sparse tensor; dense ones are taken", name);
  if (tensor.is_complex()) fail(Code::usage, "{} is complex; real numbers are taken", name);
  if (tensor.requires_grad()) fail(Code::usage, "{} requires a gradient, which a loss does not have for it: detach it", name);
}

void check_shape(const at::Tensor& tensor, std::string_view name, at::IntArrayRef shape, std::string_view meaning) {
  if (tensor.sizes() == shape) return;
  fail(Code::usage, "{} of shape {}, expected {}", name, shape_of(tensor), meaning);
}

[[noreturn]] void refuse_truth(const at::Tensor& odd, const at::Tensor& truth) {
  const at::Tensor place = odd.nonzero()[0];
  const auto row = place[0].item<std::int64_t>(), label = place[1].item<std::int64_t>();
  fail(Code::usage, "truth of row {}, label {} is {}; allowed: 1 present, 0 absent, -1 unknown", row, label,
       truth[row][label].item<double>());
}

at::Tensor odd_truth(const at::Tensor& truth) {
  const at::Tensor odd = truth.ne(0).logical_and_(truth.ne(1));
  return truth.scalar_type() == at::kByte ? odd : odd.logical_and(truth.ne(-1));
}

bool has_odd_bytes(const std::int8_t* truth, std::int64_t rows, std::int64_t labels, const Run& run) {
  return parallel_reduce(
      run, rows, std::max<std::int64_t>(1, 65536 / std::max<std::int64_t>(labels, 1)), 0,
      [&](std::int64_t first, std::int64_t last) {
        std::uint8_t odd = 0;
        for (std::int64_t i = first * labels; i < last * labels; ++i) odd |= static_cast<std::uint8_t>(truth[i] + 1) > 2;
        return static_cast<int>(odd);
      },
      [](int& whole, int part) { whole |= part; }) != 0;
}

// On a CUDA device the numbers of a truth are not looked at, which would wait for the device: what is positive but 1 counts
// as neither present nor absent.
at::Tensor as_truth(const at::Tensor& given, const Run& run) {
  const at::Tensor truth = given.detach();
  if (truth.scalar_type() == at::kBool) return truth.to(at::kChar).contiguous();
  if (truth.is_cuda()) return truth.to(at::kChar).contiguous();
  if (truth.scalar_type() != at::kChar) {
    const at::Tensor odd = odd_truth(truth);
    if (odd.any().item<bool>()) refuse_truth(odd, truth);
    return truth.to(at::kChar).contiguous();
  }
  at::Tensor bytes = truth.contiguous();
  if (has_odd_bytes(bytes.data_ptr<std::int8_t>(), bytes.size(0), bytes.size(1), run)) refuse_truth(odd_truth(bytes), bytes);
  return bytes;
}

}  // namespace

Given checked(const at::Tensor& outputs, const at::Tensor& truth, const at::Tensor& grades, const at::Tensor& row_weights,
              const LossFunction& loss, const Run& run) {
  if (!outputs.defined() || !truth.defined()) fail(Code::usage, "outputs and truth must both be given");
  if (!outputs.is_cpu() && !outputs.is_cuda())
    fail(Code::usage, "outputs on device {}; losses run on cpu and cuda", outputs.device().str());
  const auto type = outputs.scalar_type();
  if (type != at::kFloat && type != at::kDouble && type != at::kHalf && type != at::kBFloat16)
    fail(Code::usage, "outputs of type {}; allowed: float32, float64, float16, bfloat16", at::toString(type));
  if (outputs.layout() != at::kStrided) fail(Code::usage, "outputs are a sparse tensor; dense ones are taken");
  check_companion(truth, "truth", outputs);
  if (truth.dim() != 2) fail(Code::usage, "truth of shape {}, expected [rows x labels]", shape_of(truth));
  const std::int64_t rows = truth.size(0), labels = truth.size(1);
  if (labels > INT32_MAX) fail(Code::usage, "truth of {} labels, at most {} are possible", labels, INT32_MAX);
  const std::int64_t width = loss.outputs(static_cast<LabelId>(labels));
  check_shape(outputs, "outputs", {rows, width},
              fmt::format("[{} x {}]: loss {} has {} outputs per row for the {} labels of truth", rows, width, loss.name(), width,
                          labels));
  Given given{rows, static_cast<LabelId>(labels), outputs.detach().contiguous(), as_truth(truth, run), {}, {}};
  if (grades.defined()) {
    check_companion(grades, "grades", outputs);
    check_shape(grades, "grades", {rows, labels}, fmt::format("that of truth, [{} x {}]", rows, labels));
    given.grades = grades.to(at::kFloat).contiguous();
  }
  if (row_weights.defined()) {
    check_companion(row_weights, "row weights", outputs);
    check_shape(row_weights, "row weights", {rows}, fmt::format("one per row, [{}]", rows));
    given.weights = row_weights.to(at::kFloat).contiguous();
  }
  return given;
}

}  // namespace tagma::bridge
