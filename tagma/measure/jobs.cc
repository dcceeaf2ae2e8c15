#include <tagma/measure/jobs.h>

#include <tagma/measure/catalog.h>

#include <charconv>

namespace tagma {
namespace {

template <class M>
Job job_of(const Rules& rules) {
  Job job{.name = std::string(M::name), .better = M::better, .needs = M::needs};
  if constexpr (requires { M::uses; }) job.uses = M::uses;
  if constexpr (requires { M::uses_for_ties; })
    if (rules.average_ndcg_ties) job.uses |= M::uses_for_ties;
  if constexpr (requires { M::one_ratio; }) job.one_ratio = M::one_ratio;
  if constexpr (requires { M::propensities; }) job.propensities = M::propensities;
  if constexpr (requires { &M::part; }) job.part = &M::part;
  if constexpr (requires { &M::of_label; }) job.of_label = &M::of_label;
  if constexpr (requires { &M::bins; }) job.bins = &M::bins;
  if constexpr (requires { M::per_label; }) job.curve = true, job.per_label = M::per_label, job.area = M::area;
  return job;
}

Job at(Job job, int k) {
  if (k < 1) fail(Code::usage, "{}: k is {}; it starts at 1", job.name, k);
  job.name.replace(job.name.size() - 1, 1, std::to_string(k));
  job.k = k;
  return job;
}

// The k of "precision_at_3" for the catalog's "precision_at_k"; 0 when the name is another.
int k_in(std::string_view name, std::string_view family) {
  const std::string_view stem = family.substr(0, family.size() - 1);
  if (!name.starts_with(stem) || name.size() == stem.size()) return 0;
  int k = 0;
  const auto [end, error] = std::from_chars(name.data() + stem.size(), name.data() + name.size(), k);
  return error == std::errc() && end == name.data() + name.size() ? std::max(k, 0) : 0;
}

template <class M>
bool add_named(std::vector<Job>& jobs, std::string_view name, const MeasureOptions& options, const Rules& rules) {
  const Job job = job_of<M>(rules);
  if constexpr (requires { M::at_k; }) {
    if (name.empty() || name == M::name) {
      if (options.at.empty() && !name.empty()) fail(Code::usage, "{}: no k is given (at)", name);
      for (const int k : options.at) jobs.push_back(at(job, k));
      return true;
    }
    if (const int k = k_in(name, M::name); k > 0) {
      jobs.push_back(at(job, k));
      return true;
    }
    return false;
  } else {
    if (!name.empty() && name != M::name) return false;
    jobs.push_back(job);
    return true;
  }
}

}  // namespace

std::vector<Job> jobs_of(const MeasureOptions& options) {
  const Rules rules = rules_of(options);
  std::vector<Job> jobs;
  const auto add = [&](std::string_view name) {
    bool found = false;
    Metrics::each([&]<class M>(std::type_identity<M>) { found = add_named<M>(jobs, name, options, rules) || found; });
    if (!found) throw Error(Code::usage, unknown_name("metric", name, Metrics::names));
  };
  if (options.names.empty()) add("");
  for (const std::string& name : options.names) add(name.empty() ? std::string_view("?") : std::string_view(name));
  return jobs;
}

std::string obstacle(const Job& job, const Judged& judged) {
  const Scores* scores = judged.scores;
  if (job.needs == Needs::decisions) return scores || judged.decisions ? "" : "needs decisions or scores";
  if (!scores) return "needs scores";
  if (job.needs == Needs::ranking) return "";
  if (scores->is_shortlist()) return "needs dense scores; these are a shortlist";
  if (job.needs == Needs::probabilities && scores->probabilities().empty())
    return "needs presence probabilities; these scores are margins";
  if ((job.needs == Needs::grades || job.needs == Needs::order) && !judged.truth->graded())
    return "needs grades in the truth";
  if (job.needs == Needs::order) {
    if (scores->order == Order::none) return "needs scores that say how probable an order of labels is";
    if (scores->order == Order::pairs && scores->pairs.empty()) return "needs the scores' pair probabilities";
    if ((scores->order == Order::probit || scores->order == Order::factor) && scores->spread.empty()) return "needs the scores' spread";
    if (scores->order == Order::factor && scores->shared.empty()) return "needs what the scores share of their spread";
  }
  return "";
}

Better better_of(std::string_view name) {
  MeasureOptions options;
  options.names = {std::string(name)};
  return jobs_of(options).front().better;
}

}  // namespace tagma
