#include <tagma/run/generate.h>

#include <tagma/base/file.h>
#include <tagma/make/make.h>
#include <tagma/read/arrays.h>
#include <tagma/read/read.h>
#include <tagma/run/convert.h>
#include <tagma/run/pictures.h>

namespace tagma {
namespace {

template <class Number>
void write_truth(const std::string& path, const std::vector<Number>& values, const Dataset& data, nlohmann::ordered_json& files) {
  if (values.empty()) return;
  write_npy(path, values, {data.rows(), data.labels.labels()});
  files.push_back(path);
}

void write_part(const GenerateRequest& request, const std::string& name, Dataset& data, const TruthTable& truth, Answer& answer,
                const Run& run) {
  if (data.rows() == 0) return;
  const bool shown = !data.pictures.empty();
  const std::string ending = !request.ending.empty() ? request.ending : shown ? "jsonl" : "svm";
  const std::string path = part_path(request.out, name, ending);
  if (shown) {
    data.images.assign(1, "");
    for (const std::string& part : lost_in(data, path, {}))
      if (part == "images") fail(Code::usage, "--format {}: it cannot name pictures; allowed: jsonl, csv, tsv, with .gz or .zst", ending);
    data.images = write_pictures(data.pictures, request.out, name, run);
  }
  write_dataset(data, path, {}, run);
  auto arrays = nlohmann::ordered_json::array();
  const std::string stem = request.out + "/" + name;
  write_truth(stem + ".posterior.npy", truth.posterior, data, arrays);
  write_truth(stem + ".means.npy", truth.means, data, arrays);
  write_truth(stem + ".deviations.npy", truth.deviations, data, arrays);
  write_truth(stem + ".factors.npy", truth.factors, data, arrays);
  write_truth(stem + ".clean.npy", truth.clean, data, arrays);
  answer.text += fmt::format("{}: {} rows, {} {}, {} labels\n", path, data.rows(), shown ? data.pictures.rows() : data.features.columns(),
                             shown ? "pictures" : "features", data.labels.labels());
  answer.json["parts"].push_back({{"name", name}, {"path", path}, {"rows", data.rows()}, {"truth", arrays}});
}

}  // namespace

Answer generate(const GenerateRequest& request, const Run& run) {
  if (request.rows < 1) fail(Code::usage, "--rows {}: at least 1", request.rows);
  Generated made = generate(request.generator, request.settings, request.rows, run);
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
