// Losses as operators of PyTorch, in a shared library of its own: torch.ops.load_library("tagma_torch.so") gives
//
//   tagma::loss(Tensor outputs, Tensor truth, Tensor? grades, Tensor? weights, str name, str settings) -> Tensor
//   tagma::read(Tensor outputs, str name, str settings, int labels) -> (Tensor scores, Tensor spread, Tensor presence)
//
// loss is row_loss() (row_loss.h) on as many threads as PyTorch has; read turns outputs [rows x outputs(labels)] into float32
// numbers [rows x labels] on the device of the outputs, empty where the loss has no such.
// Settings are a JSON object of a loss's settings, or empty text: {"mode": "weak", "reduction": "paper"}. Class balancing
// takes what it counts from there too: {"balance": "effective", "counts": {"present": [7, 3], "negative_rows": 12}}.
// Errors: ValueError for names, settings, types and shapes; NotImplementedError for what this build lacks.
//
// load_library finds operators by static registration alone: it opens the file and expects that to have done it. So this
// file has the one static constructor of the tree (docs/decisions/0009-torch.md), and stands outside the library.
#include <tagma/bridge/row_loss.h>

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/library.h>

#include <algorithm>

namespace tagma {
namespace {

using Json = nlohmann::json;

std::int64_t count_of(const Json& number, std::string_view where) {
  if (!number.is_number_integer()) fail(Code::usage, "settings: {} holds {}, whole numbers are expected", where, number.dump());
  return number.get<std::int64_t>();
}

ClassCounts counts_of(const Json& counts) {
  if (!counts.is_object() || counts.size() != 2 || !counts.contains("present") || !counts.contains("negative_rows") ||
      !counts["present"].is_array())
    fail(Code::usage, "settings: counts must be an object of present (one number per label) and negative_rows");
  ClassCounts result;
  for (const Json& count : counts["present"]) result.present.push_back(count_of(count, "counts.present"));
  result.negative_rows = count_of(counts["negative_rows"], "counts.negative_rows");
  return result;
}

std::string text_of(const std::string& key, const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  fail(Code::usage, "settings: {} is {}, a text, number or truth value is expected", key, value.dump());
}

std::shared_ptr<const LossFunction> loss_of(const std::string& name, const std::string& settings_json) {
  Settings settings;
  Json object = Json::object();
  if (!settings_json.empty()) object = Json::parse(settings_json, nullptr, false);
  if (!object.is_object()) fail(Code::usage, "settings '{}' are no JSON object", settings_json);
  for (const auto& [key, value] : object.items())
    if (key != "counts") settings.set(key, text_of(key, value));
  auto loss = make_loss(name, settings);
  if (object.contains("counts")) loss->set_counts(counts_of(object["counts"]));
  return loss;
}

// Python turns c10's exceptions into those of its own that fit.
template <class Work>
auto told_to_python(Work work) {
  try {
    return work();
  } catch (const Error& error) {
    const c10::SourceLocation here{__func__, __FILE__, __LINE__};
    if (error.code() == Code::usage || error.code() == Code::bad_data) throw c10::ValueError(here, error.what());
    if (error.code() == Code::not_built) throw c10::NotImplementedError(here, error.what());
    throw;
  }
}

at::Tensor loss(const at::Tensor& outputs, const at::Tensor& truth, const c10::optional<at::Tensor>& grades,
                const c10::optional<at::Tensor>& weights, const std::string& name, const std::string& settings) {
  return told_to_python([&] {
    return row_loss(outputs, truth, grades.value_or(at::Tensor()), weights.value_or(at::Tensor()), loss_of(name, settings),
                    at::get_num_threads());
  });
}

using Numbers = std::tuple<at::Tensor, at::Tensor, at::Tensor>;

Numbers read_checked(const at::Tensor& outputs, const LossFunction& loss, std::int64_t labels) {
  if (labels < 0 || labels > INT32_MAX) fail(Code::usage, "{} labels; allowed: 0 to {}", labels, INT32_MAX);
  const std::int64_t width = loss.outputs(static_cast<LabelId>(labels));
  if (outputs.dim() != 2 || outputs.size(1) != width)
    fail(Code::usage, "outputs of {} dimensions, the last of size {}; expected [rows x {}]: loss {} has {} outputs per row for {} labels",
         outputs.dim(), outputs.dim() > 0 ? outputs.size(-1) : 0, width, loss.name(), width, labels);
  if (!outputs.is_floating_point()) fail(Code::usage, "outputs of type {}; floating-point numbers are read", at::toString(outputs.scalar_type()));
  const at::Tensor plain = outputs.detach().to(at::kCPU, at::kFloat).contiguous();
  const std::int64_t rows = plain.size(0);
  Run run;
  run.threads = at::get_num_threads();
  const Scores scores = loss.read(plain.data_ptr<float>(), rows, static_cast<LabelId>(labels), run);
  const auto tensor = [&](const std::vector<float>& numbers) {
    if (numbers.empty() && rows * labels > 0) return at::empty({0}, outputs.options().dtype(at::kFloat));
    at::Tensor copy = at::empty({rows, labels}, at::kFloat);
    std::copy(numbers.begin(), numbers.end(), copy.data_ptr<float>());
    return copy.to(outputs.device());
  };
  return {tensor(scores.values), tensor(scores.spread), tensor(scores.presence)};
}

Numbers read(const at::Tensor& outputs, const std::string& name, const std::string& settings, std::int64_t labels) {
  return told_to_python([&] { return read_checked(outputs, *loss_of(name, settings), labels); });
}

TORCH_LIBRARY(tagma, library) {
  library.def("loss(Tensor outputs, Tensor truth, Tensor? grades, Tensor? weights, str name, str settings) -> Tensor", &loss);
  library.def("read(Tensor outputs, str name, str settings, int labels) -> (Tensor scores, Tensor spread, Tensor presence)", &read);
}

}  // namespace
}  // namespace tagma
