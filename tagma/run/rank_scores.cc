#include <tagma/run/rank_scores.h>

#include <tagma/model/best_rows.h>
#include <tagma/model/shortlist_rows.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>

namespace tagma {
namespace {

template <class T>
void put(Bytes& bytes, const std::vector<T>& values) {
  const auto count = static_cast<std::uint64_t>(values.size());
  for (const std::span<const std::byte> part : {std::as_bytes(std::span(&count, 1)), std::as_bytes(std::span(values))})
    bytes.insert(bytes.end(), part.begin(), part.end());
}

template <class T>
void get(std::span<const std::byte>& left, std::vector<T>& values) {
  std::uint64_t count = 0;
  if (left.size() >= sizeof(count)) {
    std::memcpy(&count, left.data(), sizeof(count));
    left = left.subspan(sizeof(count));
    if (count <= left.size() / sizeof(T)) {
      values.resize(static_cast<std::size_t>(count));
      if (count > 0) std::memcpy(values.data(), left.data(), values.size() * sizeof(T));
      left = left.subspan(values.size() * sizeof(T));
      return;
    }
  }
  fail(Code::io, "ranks: scores that are cut off");
}

void append(Scores& all, const Scores& more) {
  if (more.is_shortlist()) return append_rows(all, more);
  all.rows += more.rows;
  const auto join = [](std::vector<float>& to, const std::vector<float>& from) { to.insert(to.end(), from.begin(), from.end()); };
  join(all.values, more.values);
  join(all.spread, more.spread);
  join(all.presence, more.presence);
  join(all.shared, more.shared);
  join(all.pairs, more.pairs);
}

void add_row(std::vector<Ranked>& to, const ShortRow& row) {
  to.clear();
  for (std::size_t i = 0; i < row.ids.size(); ++i) to.push_back({row.values[i], row.ids[i]});
}

// The best k of each row of two shortlists without a label in common.
Scores merged(const Scores& a, const Scores& b, LabelId k) {
  if (a.rows != b.rows) fail(Code::io, "ranks: scores of {} rows and of {}", a.rows, b.rows);
  ShortlistRows rows;
  std::vector<Ranked> one, other, both;
  for (std::int64_t r = 0; r < a.rows; ++r) {
    add_row(one, a.short_row(r));
    add_row(other, b.short_row(r));
    both.clear();
    std::merge(one.begin(), one.end(), other.begin(), other.end(), std::back_inserter(both), better);
    rows.add(std::span(both).first(std::min(both.size(), static_cast<std::size_t>(k))));
  }
  return joined({&rows, 1}, a.labels, a.scale, a.order);
}

}  // namespace

Bytes packed(const Scores& scores) {
  Bytes bytes;
  put(bytes, std::vector<std::int64_t>{scores.rows, scores.labels, static_cast<std::int64_t>(scores.scale),
                                       static_cast<std::int64_t>(scores.order)});
  for (const std::vector<float>* part : {&scores.values, &scores.spread, &scores.presence, &scores.shared, &scores.pairs}) put(bytes, *part);
  put(bytes, scores.starts);
  put(bytes, scores.ids);
  return bytes;
}

Scores unpacked_scores(std::span<const std::byte> bytes) {
  std::vector<std::int64_t> head;
  get(bytes, head);
  if (head.size() != 4) fail(Code::io, "ranks: scores with a head of {} numbers", head.size());
  Scores scores;
  scores.rows = head[0];
  scores.labels = static_cast<LabelId>(head[1]);
  scores.scale = static_cast<Scale>(head[2]);
  scores.order = static_cast<Order>(head[3]);
  for (std::vector<float>* part : {&scores.values, &scores.spread, &scores.presence, &scores.shared, &scores.pairs}) get(bytes, *part);
  get(bytes, scores.starts);
  get(bytes, scores.ids);
  return scores;
}

Scores scores_of_ranks(std::int64_t rows, const Run& run, FunctionRef<Scores(RowRange)> score) {
  Comm* comm = ranks_of(run);
  if (!comm) return score({0, rows});
  const auto cut = [&](std::int64_t rank) { return rows / comm->size() * rank + std::min(rank, rows % comm->size()); };
  Scores own;
  comm->together([&] { own = score({cut(comm->rank()), cut(comm->rank() + 1)}); });
  if (comm->rank() != 0) {
    comm->send(0, packed(own));
    return own;
  }
  for (int from = 1; from < comm->size(); ++from) append(own, unpacked_scores(comm->receive(from)));
  return own;
}

Scores best_of_ranks(LabelId k, const Run& run, FunctionRef<Scores(LabelShare)> score) {
  Comm* comm = ranks_of(run);
  if (!comm) return score({0, 1});
  Scores own;
  comm->together([&] { own = score({comm->rank(), comm->size()}); });
  if (comm->rank() != 0) {
    comm->send(0, packed(own));
    return own;
  }
  for (int from = 1; from < comm->size(); ++from) own = merged(own, unpacked_scores(comm->receive(from)), k);
  return own;
}

}  // namespace tagma
