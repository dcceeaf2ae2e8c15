#include <tagma/run/generate.h>

#include <tagma/base/file.h>
#include <tagma/make/make.h>
#include <tagma/read/arrays.h>
#include <tagma/read/read.h>
#include <tagma/run/convert.h>

namespace tagma {
namespace {

template <class Number>
void write_truth(const std::string& path, const std::vector<Number>& values, const Dataset& data, nlohmann::ordered_json& files) {
  if (values.empty()) return;
  write_npy(path, values, {data.rows(), data.labels.labels()});
  files.push_back(path);
}

void write_part(const GenerateRequest& request, const std::string& name, const Dataset& data, const TruthTable& truth,
                Answer& answer, const Run& run) {
  if (data.rows() == 0) return;
  const std::string path = part_path(request.out, name, request.ending);
  write_dataset(data, path, {}, run);
  auto arrays = nlohmann::ordered_json::array();
  const std::string stem = request.out + "/" + name;
  write_truth(stem + ".posterior.npy", truth.posterior, data, arrays);
  write_truth(stem + ".means.npy", truth.means, data, arrays);
  write_truth(stem + ".deviations.npy", truth.deviations, data, arrays);
  write_truth(stem + ".clean.npy", truth.clean, data, arrays);
  answer.text += fmt::format("{}: {} rows, {} features, {} labels\n", path, data.rows(), data.features.columns(), data.labels.labels());
  answer.json["parts"].push_back({{"name", name}, {"path", path}, {"rows", data.rows()}, {"truth", arrays}});
}

}  // namespace

Answer generate(const GenerateRequest& request, const Run& run) {
  if (request.rows < 1) fail(Code::usage, "--rows {}: at least 1", request.rows);
  const Generated made = generate(request.generator, request.settings, request.rows, run);
  make_folder(request.out);
  Answer answer;
  answer.json = {{"generator", request.generator}, {"seed", run.seed}, {"parts", nlohmann::ordered_json::array()}, {"notes", made.notes}};
  write_part(request, "train", made.train, made.train_truth, answer, run);
  write_part(request, "valid", made.valid, made.valid_truth, answer, run);
  write_part(request, "test", made.test, made.test_truth, answer, run);
  for (const std::string& note : made.notes) answer.text += note + "\n";
  return answer;
}

}  // namespace tagma
