#include <tagma/data/taxonomy.h>

#include <tagma/base/error.h>

#include <algorithm>

namespace tagma {

std::vector<LabelId> Taxonomy::top_down() const {
  const auto n = parents.size();
  std::vector<std::vector<LabelId>> children(n);
  std::vector<std::size_t> waiting(n);
  for (std::size_t label = 0; label < n; ++label) {
    waiting[label] = parents[label].size();
    for (LabelId parent : parents[label]) {
      if (parent < 0 || parent >= labels()) fail(Code::bad_data, "taxonomy: label {} has parent {}, there are {} labels", label, parent, n);
      children[static_cast<std::size_t>(parent)].push_back(static_cast<LabelId>(label));
    }
  }
  std::vector<LabelId> order;
  for (std::size_t label = 0; label < n; ++label)
    if (waiting[label] == 0) order.push_back(static_cast<LabelId>(label));
  for (std::size_t next = 0; next < order.size(); ++next)
    for (LabelId child : children[static_cast<std::size_t>(order[next])])
      if (--waiting[static_cast<std::size_t>(child)] == 0) order.push_back(child);
  if (order.size() != n) {
    const auto stuck = std::find_if(waiting.begin(), waiting.end(), [](std::size_t left) { return left > 0; });
    fail(Code::bad_data, "taxonomy: label {} is on or below a circle of parents", stuck - waiting.begin());
  }
  return order;
}

std::vector<LabelId> Taxonomy::ancestors(LabelId label) const {
  std::vector<LabelId> found, open = parents[static_cast<std::size_t>(label)];
  while (!open.empty()) {
    const LabelId next = open.back();
    open.pop_back();
    const auto at = std::lower_bound(found.begin(), found.end(), next);
    if (at != found.end() && *at == next) continue;
    found.insert(at, next);
    const auto& above = parents[static_cast<std::size_t>(next)];
    open.insert(open.end(), above.begin(), above.end());
  }
  return found;
}

}  // namespace tagma
