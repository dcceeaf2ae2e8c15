#include <tagma/run/fuse.h>

#include <tagma/measure/measure.h>
#include <tagma/read/read.h>
#include <tagma/run/scoring.h>
#include <tagma/score/fuse.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr int steps = 10;

// A shortlist in a file knows the labels up to the highest that it lists, or as many as it says.
void grow(Scores& scores, LabelId labels) {
  if (scores.is_shortlist()) scores.labels = std::max(scores.labels, labels);
}

double best_share(const FuseRequest& request, const Scores& first, const Scores& second, const Dataset& data, Answer& answer, const Run& run) {
  const bool higher = better_of(request.metric) == Better::higher;
  double share = 0, best = 0;
  answer.json["shares"] = nlohmann::ordered_json::array();
  for (int step = 0; step <= steps; ++step) {
    const double tried = static_cast<double>(step) / steps;
    const Scores scores = fused(first, second, tried, request.top, run);
    Judged judged;
    judged.truth = &data.labels;
    judged.scores = &scores;
    judged.row_weights = data.weights;
    const double value = measure_one(request.metric, judged, run);
    answer.text += fmt::format("  share {:.1f}   {} {:.4f}\n", tried, request.metric, value);
    answer.json["shares"].push_back({{"share", tried}, {request.metric, value}});
    if (step > 0 && !(higher ? value > best : value < best)) continue;
    share = tried;
    best = value;
  }
  return share;
}

}  // namespace

Answer fuse(const FuseRequest& request, const Run& run) {
  if (request.share.has_value() != request.truth.empty())
    fail(Code::usage, "give either --share, or --truth to look for one on held-out rows");
  if (request.truth.empty() && request.out.empty()) fail(Code::usage, "--out says where the scores go; without it there is nothing to do");
  Scores first = read_scores(request.first, Scale::margin, run), second = read_scores(request.second, Scale::margin, run);
  Dataset data;
  if (!request.truth.empty()) {
    data = read_truth(request.truth, request.read, run);
    grow(first, data.labels.labels());
  }
  grow(first, second.labels);
  grow(second, first.labels);
  first = listed(std::move(first));
  second = listed(std::move(second));
  Answer answer;
  double share = request.share.value_or(0);
  if (!request.truth.empty()) {
    if (data.rows() != first.rows || data.labels.labels() != first.labels)
      fail(Code::bad_data, "{}: {} rows x {} labels, the scores have {} x {}", request.truth, data.rows(), data.labels.labels(), first.rows, first.labels);
    share = best_share(request, first, second, data, answer, run);
  }
  answer.json["share"] = share;
  answer.text += fmt::format("share of {}: {:.1f}\n", request.second, share);
  if (!request.out.empty()) {
    write_scores(fused(first, second, share, request.top, run), data.label_names, request.out, run);
    answer.json["scores"] = request.out;
  }
  return answer;
}

}  // namespace tagma
