#include <tagma/score/fuse.h>

#include <tagma/base/error.h>
#include <tagma/base/parallel.h>
#include <tagma/model/shortlist_rows.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr LabelId listed_of_dense = 100;
constexpr double behind = 60;  // of the source: how little the first places differ
constexpr std::int64_t rows_per_block = 1024;

// By label: what a side's places are worth.
std::vector<Ranked> worth(const ShortRow& row, double share) {
  std::vector<Ranked> all;
  for (std::size_t place = 0; place < row.ids.size(); ++place)
    all.push_back({static_cast<float>((behind + 1) * share / (behind + 1 + static_cast<double>(place))), row.ids[place]});
  return all;
}

void fuse_row(const ShortRow& a, const ShortRow& b, double share, LabelId k, ShortlistRows& out) {
  std::vector<Ranked> all = worth(a, 1 - share), more = worth(b, share);
  all.insert(all.end(), more.begin(), more.end());
  std::sort(all.begin(), all.end(), [](const Ranked& x, const Ranked& y) { return x.id != y.id ? x.id < y.id : x.value < y.value; });
  std::vector<Ranked> labels;
  for (const Ranked& one : all) {
    if (!labels.empty() && labels.back().id == one.id) labels.back().value += one.value;
    else labels.push_back(one);
  }
  std::erase_if(labels, [](const Ranked& one) { return one.value <= 0; });  // known to a side without a share alone
  std::sort(labels.begin(), labels.end(), better);
  out.add(std::span<const Ranked>(labels).first(std::min(labels.size(), static_cast<std::size_t>(k))));
}

}  // namespace

Scores listed(Scores scores) {
  return scores.is_shortlist() ? std::move(scores) : shortlist(scores, std::min(scores.labels, listed_of_dense));
}

Scores fused(const Scores& a, const Scores& b, double share, LabelId k, const Run& run) {
  if (a.rows != b.rows || a.labels != b.labels)
    fail(Code::bad_data, "scores of {} rows x {} labels and of {} x {} do not fit together", a.rows, a.labels, b.rows, b.labels);
  if (!a.is_shortlist() || !b.is_shortlist()) return fused(listed(a), listed(b), share, k, run);
  std::vector<ShortlistRows> parts(static_cast<std::size_t>((a.rows + rows_per_block - 1) / rows_per_block));
  parallel_for(run, a.rows, rows_per_block, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t r = first; r < last; ++r)
      fuse_row(a.short_row(r), b.short_row(r), share, k, parts[static_cast<std::size_t>(first / rows_per_block)]);
  });
  return joined(parts, a.labels, Scale::margin, Order::none);
}

}  // namespace tagma
