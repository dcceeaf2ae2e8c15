#include <tagma/learn/second_parents.h>

#include <tagma/base/parallel.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace tagma {
namespace {

constexpr std::int64_t labels_per_block = 256;

struct Entry {
  std::int32_t leaf;
  float weight;
};

// Of every feature the leaves whose centre has it.
struct Centres {
  std::vector<std::int64_t> starts;
  std::vector<Entry> entries;
};

// home: the leaf of each label, by its place in `vectors`.
Centres centres_of(const LabelVectors& vectors, std::span<const std::int32_t> home, std::int64_t leaves) {
  std::vector<std::int32_t> order(home.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::int32_t a, std::int32_t b) {
    return home[static_cast<std::size_t>(a)] < home[static_cast<std::size_t>(b)];
  });
  std::vector<float> sums(static_cast<std::size_t>(vectors.features()));
  std::vector<std::vector<std::int32_t>> columns(static_cast<std::size_t>(leaves));
  std::vector<std::vector<float>> values(columns.size());
  for (std::size_t i = 0; i < order.size();) {
    const auto leaf = static_cast<std::size_t>(home[static_cast<std::size_t>(order[i])]);
    std::vector<std::int32_t>& own = columns[leaf];
    for (; i < order.size() && static_cast<std::size_t>(home[static_cast<std::size_t>(order[i])]) == leaf; ++i) {
      const auto label = static_cast<std::size_t>(order[i]);
      const auto label_columns = vectors.columns(label);
      const auto label_values = vectors.values(label);
      for (std::size_t k = 0; k < label_columns.size(); ++k) sums[static_cast<std::size_t>(label_columns[k])] += label_values[k];
      own.insert(own.end(), label_columns.begin(), label_columns.end());
    }
    std::sort(own.begin(), own.end());
    own.erase(std::unique(own.begin(), own.end()), own.end());
    for (const std::int32_t column : own) values[leaf].push_back(std::exchange(sums[static_cast<std::size_t>(column)], 0.f));
    const float factor = unit_factor(values[leaf]);
    for (float& value : values[leaf]) value *= factor;
  }
  Centres centres;
  centres.starts.assign(static_cast<std::size_t>(vectors.features()) + 1, 0);
  for (const auto& own : columns)
    for (const std::int32_t column : own) ++centres.starts[static_cast<std::size_t>(column) + 1];
  std::partial_sum(centres.starts.begin(), centres.starts.end(), centres.starts.begin());
  centres.entries.resize(static_cast<std::size_t>(centres.starts.back()));
  std::vector<std::int64_t> next(centres.starts.begin(), centres.starts.end() - 1);
  for (std::size_t leaf = 0; leaf < columns.size(); ++leaf)
    for (std::size_t k = 0; k < columns[leaf].size(); ++k) {
      std::int64_t& at = next[static_cast<std::size_t>(columns[leaf][k])];
      centres.entries[static_cast<std::size_t>(at++)] = {static_cast<std::int32_t>(leaf), values[leaf][k]};
    }
  return centres;
}

struct Wish {
  float product = 0;
  std::int32_t leaf = -1;
};

// The best leaf of each label beside its own.
std::vector<Wish> wishes_of(const LabelVectors& vectors, std::span<const std::int32_t> home, std::int64_t leaves, const Run& run) {
  const Centres centres = centres_of(vectors, home, leaves);
  std::vector<Wish> wishes(home.size());
  parallel_for(run, static_cast<std::int64_t>(home.size()), labels_per_block, [&](std::int64_t first, std::int64_t last) {
    std::vector<float> products(static_cast<std::size_t>(leaves));
    for (auto i = static_cast<std::size_t>(first); i < static_cast<std::size_t>(last); ++i) {
      std::fill(products.begin(), products.end(), 0.f);
      const auto columns = vectors.columns(i);
      const auto values = vectors.values(i);
      for (std::size_t k = 0; k < columns.size(); ++k) {
        const auto column = static_cast<std::size_t>(columns[k]);
        for (auto e = static_cast<std::size_t>(centres.starts[column]); e < static_cast<std::size_t>(centres.starts[column + 1]); ++e)
          products[static_cast<std::size_t>(centres.entries[e].leaf)] += values[k] * centres.entries[e].weight;
      }
      products[static_cast<std::size_t>(home[i])] = 0;
      const auto best = std::max_element(products.begin(), products.end());
      if (*best > 0) wishes[i] = {*best, static_cast<std::int32_t>(best - products.begin())};
    }
    vectors.release();
  });
  return wishes;
}

}  // namespace

LabelLeaves with_second_parents(const LabelVectors& vectors, LabelLeaves leaves, std::int64_t room, const Run& run) {
  if (leaves.leaves() < 2) return leaves;
  std::vector<std::int32_t> place_of(static_cast<std::size_t>(*std::max_element(leaves.labels.begin(), leaves.labels.end())) + 1);
  for (std::size_t i = 0; i < vectors.size(); ++i) place_of[static_cast<std::size_t>(vectors.label(i))] = static_cast<std::int32_t>(i);
  std::vector<std::int32_t> home(vectors.size());
  std::vector<std::vector<LabelId>> sets(static_cast<std::size_t>(leaves.leaves()));
  for (std::size_t leaf = 0; leaf < sets.size(); ++leaf) {
    sets[leaf].assign(leaves.labels.begin() + leaves.starts[leaf], leaves.labels.begin() + leaves.starts[leaf + 1]);
    for (const LabelId label : sets[leaf])
      home[static_cast<std::size_t>(place_of[static_cast<std::size_t>(label)])] = static_cast<std::int32_t>(leaf);
  }
  const std::vector<Wish> wishes = wishes_of(vectors, home, leaves.leaves(), run);
  std::vector<std::size_t> order(wishes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return wishes[a].product > wishes[b].product; });
  for (const std::size_t i : order)
    if (wishes[i].leaf >= 0 && static_cast<std::int64_t>(sets[static_cast<std::size_t>(wishes[i].leaf)].size()) < room)
      sets[static_cast<std::size_t>(wishes[i].leaf)].push_back(vectors.label(i));
  LabelLeaves all;
  all.starts.push_back(0);
  for (const std::vector<LabelId>& set : sets) {
    all.labels.insert(all.labels.end(), set.begin(), set.end());
    all.starts.push_back(static_cast<std::int64_t>(all.labels.size()));
  }
  return all;
}

}  // namespace tagma
