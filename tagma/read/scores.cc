#include <tagma/read/read.h>
#include <tagma/read/scores_files.h>

#include <algorithm>

namespace tagma {
namespace {

enum class Kind { npy, jsonl, csv, svm };

Kind kind_of(const std::string& path, std::string_view what) {
  const std::string ending = parts_of(path).ending;
  if (ending == "npy") return Kind::npy;
  if (ending == "jsonl") return Kind::jsonl;
  if (ending == "csv") return Kind::csv;
  if (ending == "svm" || ending == "txt") return Kind::svm;
  fail(Code::usage, "{}: {} cannot be kept {}; allowed: .npy .jsonl .csv .svm (and .gz .zst .bz2 behind them)",
       path, what, ending.empty() ? "in a file without ending" : fmt::format("as '.{}'", ending));
}

// Says the file in errors of data that was read from it.
template <class F>
void naming(const std::string& path, F&& f) {
  try {
    f();
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", path, error.what()));
  }
}

void check_names(const std::vector<std::string>& names, LabelId labels) {
  if (!names.empty() && static_cast<std::int64_t>(names.size()) != labels)
    fail(Code::usage, "{} label names for {} labels", names.size(), labels);
}

}  // namespace

Scores read_scores(const std::string& path, std::optional<Scale> scale, const Run&) {
  Scores scores;
  switch (kind_of(path, "scores")) {
    case Kind::npy: scores = detail::read_npy_scores(path); break;
    case Kind::jsonl: scores = detail::read_json_scores(path); break;
    case Kind::csv: scores = detail::read_csv_scores(path); break;
    case Kind::svm: scores = detail::read_svm_scores(path); break;
  }
  const bool within =
      std::all_of(scores.values.begin(), scores.values.end(), [](float value) { return value >= 0 && value <= 1; });
  scores.scale = scale.value_or(within ? Scale::probability : Scale::margin);
  naming(path, [&] { scores.check(); });
  return scores;
}

void write_scores(const Scores& scores, const std::vector<std::string>& label_names, const std::string& path,
                  const Run& run) {
  check_names(label_names, scores.labels);
  switch (kind_of(path, "scores")) {
    case Kind::npy: return detail::write_npy_scores(scores, path);
    case Kind::jsonl: return detail::write_json_scores(scores, label_names, path, run);
    case Kind::csv: return detail::write_csv_scores(scores, label_names, path, run);
    case Kind::svm: return detail::write_svm_scores(scores, path, run);
  }
}

Decisions read_decisions(const std::string& path, LabelId labels, const std::vector<std::string>& label_names,
                         const Run&) {
  check_names(label_names, labels);
  switch (kind_of(path, "decisions")) {
    case Kind::npy: return detail::read_npy_decisions(path, labels);
    case Kind::jsonl: return detail::read_json_decisions(path, labels, label_names);
    case Kind::csv: return detail::read_csv_decisions(path, labels, label_names);
    case Kind::svm: break;
  }
  return detail::read_svm_decisions(path, labels);
}

void write_decisions(const Decisions& decisions, const std::vector<std::string>& label_names, const std::string& path,
                     const Run& run) {
  check_names(label_names, decisions.labels());
  switch (kind_of(path, "decisions")) {
    case Kind::npy: return detail::write_npy_decisions(decisions, path, run);
    case Kind::jsonl: return detail::write_json_decisions(decisions, label_names, path, run);
    case Kind::csv: return detail::write_csv_decisions(decisions, label_names, path, run);
    case Kind::svm: return detail::write_svm_decisions(decisions, path, run);
  }
}

}  // namespace tagma
