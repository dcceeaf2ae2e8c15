#include <tagma/run/convert.h>

#include <tagma/base/file.h>
#include <tagma/base/text.h>
#include <tagma/read/read.h>
#include <tagma/read/source.h>
#include <tagma/run/pictures.h>
#include <tagma/split/quality.h>
#include <tagma/split/split.h>

namespace tagma {
namespace {

// Writes `data` and warns of what the format leaves out.
std::vector<std::string> write_warning(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run) {
  const std::vector<std::string> lost = lost_in(data, path, options);
  if (!lost.empty()) {
    const std::vector<std::string_view> words(lost.begin(), lost.end());
    run.warn(fmt::format("{}: this format cannot carry {}; left out", path, joined(words)));
  }
  write_dataset(data, path, options, run);
  return lost;
}

// The ending of `path` with its packing: "svm.gz"; "npy" for X.npy+Y.npy.
std::string ending_of(const std::string& path) {
  const FileName name = parts_of(path);
  if (path.find(".npy+") != std::string::npos) return "npy";
  return name.ending + path.substr(name.stem.size() + 1 + name.ending.size());
}

}  // namespace

std::string part_path(const std::string& folder, const std::string& name, const std::string& ending) {
  const std::string stem = folder + "/" + name;
  return ending == "npy" ? stem + ".X.npy+" + stem + ".Y.npy" : stem + "." + ending;
}

Answer convert(const std::string& in, const std::string& out, const ReadOptions& read, const std::string& out_format, const Run& run) {
  Dataset data = read_dataset(in, read, run);
  data.images = moved_names(data.images, in, out);
  ReadOptions write;
  write.format = out_format;
  const std::vector<std::string> lost = write_warning(data, out, write, run);
  Answer answer;
  answer.text = fmt::format("{}: {} rows, {} features, {} labels\n", out, data.rows(), data.features.columns(), data.labels.labels());
  answer.json = {{"out", out}, {"rows", data.rows()}, {"features", data.features.columns()}, {"labels", data.labels.labels()}, {"lost", lost}};
  return answer;
}

Answer split(const SplitRequest& request, const Run& run) {
  const std::vector<Part> parts = parse_parts(request.parts);
  SplitOptions options;
  configure(options, Settings{{"stratify", request.stratify}}, "--");
  options.by_group = request.by_group;
  Dataset data = read_dataset(request.in, request.read, run);
  data.images = moved_names(data.images, request.in, request.out + "/");
  if (request.by_group && data.groups.empty())
    fail(Code::usage, "{}: the rows name no group; name the column with --group COLUMN (csv) or give the field \"group\" (jsonl)", request.in);
  const Split cut = split_rows(data, parts, options, run);
  if (!cut.note.empty()) run.note(cut.note);
  const std::string ending = request.ending.empty() ? ending_of(request.in) : request.ending;
  make_folder(request.out);
  Answer answer;
  answer.json = {{"parts", nlohmann::ordered_json::array()}};
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string path = part_path(request.out, parts[i].name, ending);
    write_warning(data.select(cut.rows[i]), path, {}, run);
    answer.text += fmt::format("{}: {} rows ({:.2f} %)\n", path, cut.rows[i].size(),
                               data.rows() == 0 ? 0.0 : 100.0 * static_cast<double>(cut.rows[i].size()) / static_cast<double>(data.rows()));
    answer.json["parts"].push_back({{"name", parts[i].name}, {"path", path}, {"rows", cut.rows[i].size()}});
  }
  const SplitQuality quality = split_quality(data.labels, cut.rows);
  answer.json["label_error"] = quality.label_error;
  if (quality.pairs_counted) answer.json["pair_error"] = quality.pair_error;
  answer.json["empty"] = quality.empty;
  const std::string pairs = quality.pairs_counted ? fmt::format(", of pairs {:.5f}", quality.pair_error) : "";
  answer.text += fmt::format("label distribution error {:.5f}{}; labels missing from a part: {}\n", quality.label_error, pairs, quality.empty);
  return answer;
}

}  // namespace tagma
