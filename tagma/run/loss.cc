#include <tagma/run/loss.h>

#include <tagma/drive/loss_function.h>
#include <tagma/read/arrays.h>

#include <cmath>
#include <memory>

namespace tagma {
namespace {

struct Arrays {
  Array logits;
  std::int64_t rows = 0;
  LabelId labels = 0;
  std::vector<Truth> truth;
  std::vector<float> grades, row_weights, label_weights;
};

void check_matrix(const Array& array, std::int64_t rows, std::int64_t columns, const char* what) {
  if (array.shape != std::vector<std::int64_t>{rows, columns})
    fail(Code::bad_data, "{}: {} of shape {}, wanted [{} x {}]", array.name, what, shape_text(array.shape), rows, columns);
}

std::vector<float> read_weights(const std::string& path, std::int64_t count, const char* what) {
  if (path.empty()) return {};
  const Array array = read_npy(path);
  if (array.size() != count) fail(Code::bad_data, "{}: {} {}, wanted {}", path, array.size(), what, count);
  std::vector<float> weights = values_of<float>(array);
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (!(weights[i] >= 0) || !std::isfinite(weights[i]))
      fail(Code::bad_data, "{}: weight {} is {}; weights are finite and not negative", path, i, weights[i]);
  return weights;
}

std::vector<Truth> read_truth(const Array& array) {
  const std::vector<std::int8_t> numbers = values_of<std::int8_t>(array);
  std::vector<Truth> truth(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] < -1 || numbers[i] > 1)
      fail(Code::bad_data, "{}: row {}, label {}: {}; allowed: 1 present, 0 absent, -1 unknown", array.name,
           static_cast<std::int64_t>(i) / array.shape[1], static_cast<std::int64_t>(i) % array.shape[1], numbers[i]);
    truth[i] = static_cast<Truth>(numbers[i]);
  }
  return truth;
}

Arrays read_arrays(const LossRequest& request, const LossFunction& loss) {
  Arrays arrays;
  arrays.logits = read_npy(request.logits);
  const Array truth = read_npy(request.truth);
  if (truth.shape.size() != 2 || truth.shape[1] > INT32_MAX)
    fail(Code::bad_data, "{}: truth of shape {}, wanted [rows x labels]", request.truth, shape_text(truth.shape));
  arrays.rows = truth.shape[0];
  arrays.labels = static_cast<LabelId>(truth.shape[1]);
  check_matrix(arrays.logits, arrays.rows, loss.outputs(arrays.labels),
               fmt::format("outputs of loss '{}' for {} labels", loss.name(), arrays.labels).c_str());
  if (!is_float(arrays.logits.type))
    fail(Code::bad_data, "{}: logits are {}, wanted float32 or float64", request.logits, name_of(arrays.logits.type));
  arrays.truth = read_truth(truth);
  if (!request.grades.empty()) {
    const Array grades = read_npy(request.grades);
    check_matrix(grades, arrays.rows, arrays.labels, "grades");
    arrays.grades = values_of<float>(grades);
    for (std::size_t i = 0; i < arrays.grades.size(); ++i)
      if (arrays.truth[i] == Truth::present && (!(arrays.grades[i] > 0) || !std::isfinite(arrays.grades[i])))
        fail(Code::bad_data, "{}: row {}, label {}: grade {} of a present label; grades are finite and greater than 0",
             request.grades, static_cast<std::int64_t>(i) / arrays.labels, static_cast<std::int64_t>(i) % arrays.labels, arrays.grades[i]);
  }
  arrays.row_weights = read_weights(request.row_weights, arrays.rows, "row weights");
  arrays.label_weights = read_weights(request.label_weights, arrays.labels, "label weights");
  return arrays;
}

ClassCounts counts_of(const LossRequest& request, const Arrays& arrays) {
  ClassCounts counts;
  counts.present.assign(static_cast<std::size_t>(arrays.labels), 0);
  for (std::int64_t row = 0; row < arrays.rows; ++row) {
    bool known = false, any = false;
    for (LabelId j = 0; j < arrays.labels; ++j) {
      const Truth truth = arrays.truth[static_cast<std::size_t>(row * arrays.labels + j)];
      known |= truth != Truth::unknown;
      any |= truth == Truth::present;
      counts.present[static_cast<std::size_t>(j)] += truth == Truth::present;
    }
    counts.negative_rows += known && !any;
  }
  if (!request.class_counts.empty()) {
    if (request.class_counts.size() != counts.present.size())
      fail(Code::usage, "--class-counts: {} counts for {} labels", request.class_counts.size(), arrays.labels);
    counts.present = request.class_counts;
  }
  if (request.negative_count >= 0) counts.negative_rows = request.negative_count;
  return counts;
}

template <class Real>
double evaluate_as(const LossFunction& loss, const Arrays& arrays, const std::string& slopes_path, const Run& run) {
  const Real* in_place = arrays.logits.in_place<Real>();
  const std::vector<Real> copy = in_place ? std::vector<Real>{} : values_of<Real>(arrays.logits);
  std::vector<Real> slopes(slopes_path.empty() ? 0 : static_cast<std::size_t>(arrays.logits.size()));
  Batch<Real> batch;
  batch.rows = arrays.rows;
  batch.labels = arrays.labels;
  batch.outputs = in_place ? in_place : copy.data();
  batch.truth = arrays.truth.data();
  batch.grades = arrays.grades.empty() ? nullptr : arrays.grades.data();
  batch.row_weights = arrays.row_weights.empty() ? nullptr : arrays.row_weights.data();
  batch.label_weights = arrays.label_weights.empty() ? nullptr : arrays.label_weights.data();
  batch.slopes = slopes.empty() ? nullptr : slopes.data();
  const double value = loss.run(batch, run);
  if (!slopes_path.empty()) write_npy(slopes_path, slopes, arrays.logits.shape);
  return value;
}

}  // namespace

Answer evaluate_loss(const LossRequest& request, const Run& run) {
  const auto loss = make_loss(request.loss, request.settings);
  const Arrays arrays = read_arrays(request, *loss);
  loss->set_counts(counts_of(request, arrays));
  const double value = arrays.logits.type == NumberType::float64 ? evaluate_as<double>(*loss, arrays, request.slopes, run)
                                                                 : evaluate_as<float>(*loss, arrays, request.slopes, run);
  if (!std::isfinite(value))
    run.warn(fmt::format("the value of loss '{}' is {}; look for NaN or infinity among the known logits", request.loss, value));
  Answer answer;
  answer.json = {{"loss", request.loss}, {"value", value}, {"rows", arrays.rows}, {"labels", arrays.labels}};
  answer.text = fmt::format("{} of {} rows x {} labels: {:.10g}\n", request.loss, arrays.rows, arrays.labels, value);
  return answer;
}

}  // namespace tagma
