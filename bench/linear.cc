// Times training of the linear learner on a data set and prints one line of JSON per run; bench/linear_peer.py sets the
// same data and objective before scikit-learn and compares. Also a program of its own:
//   bench_linear DATA [--threads N] [--repeat R] [--loss NAME] [--set key=value].. [--dump PREFIX]
// --dump writes the data as plain little-endian arrays PREFIX.{starts,columns,values,label_starts,labels} for peers.
// The objective (cross-entropy only) is computed here in double precision, apart from the learner's own code.
#include "dump.h"

#include <tagma/base/file.h>
#include <tagma/learn/learner.h>
#include <tagma/math/panel.h>
#include <tagma/model/linear.h>
#include <tagma/read/read.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <ctime>

namespace {

using namespace tagma;

struct Request {
  std::string data, loss = "bce", dump;
  Settings learner;
  int threads = 1, repeat = 1;
};

Request parse(int count, char** words) {
  Request request;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto next = [&] {
      if (i + 1 >= count) fail(Code::usage, "{} needs a value", word);
      return std::string(words[++i]);
    };
    if (word == "--threads") request.threads = static_cast<int>(to_integer(next(), word));
    else if (word == "--repeat") request.repeat = static_cast<int>(to_integer(next(), word));
    else if (word == "--loss") request.loss = next();
    else if (word == "--dump") request.dump = next();
    else if (word == "--set") {
      const std::string pair = next();
      const auto at = pair.find('=');
      if (at == std::string::npos) fail(Code::usage, "--set {}: expected key=value", pair);
      request.learner.set(pair.substr(0, at), pair.substr(at + 1));
    } else {
      request.data = word;
    }
  }
  if (request.data.empty()) fail(Code::usage, "bench_linear DATA [--threads N] [--repeat R] [--loss NAME] [--set key=value]");
  return request;
}

// sum over labels of: C sum_i log(1 + exp(-s z)) + ||w||^2 / 2, C = 1
double liblinear_objective(const Dataset& data, const LinearModel& model) {
  const std::vector<float> weights = model.dense_weights();
  const auto outputs = static_cast<std::size_t>(model.outputs());
  double sum = 0;
  for (const float weight : weights) sum += 0.5 * static_cast<double>(weight) * static_cast<double>(weight);
  std::vector<double> z(outputs);
  std::vector<Truth> truth(outputs);
  const CsrView& x = data.features.csr_view();
  for (std::int64_t r = 0; r < data.rows(); ++r) {
    for (std::size_t o = 0; o < outputs; ++o) z[o] = static_cast<double>(model.bias()[o]);
    for (auto k = x.starts[static_cast<std::size_t>(r)]; k < x.starts[static_cast<std::size_t>(r) + 1]; ++k)
      for (std::size_t o = 0; o < outputs; ++o)
        z[o] += static_cast<double>(x.values[static_cast<std::size_t>(k)]) *
                static_cast<double>(weights[static_cast<std::size_t>(x.columns_of[static_cast<std::size_t>(k)]) * outputs + o]);
    data.labels.fill(r, truth);
    for (std::size_t o = 0; o < outputs; ++o) {
      const double margin = truth[o] == Truth::present ? z[o] : -z[o];
      sum += margin > 0 ? std::log1p(std::exp(-margin)) : -margin + std::log1p(std::exp(margin));
    }
  }
  return sum;
}

int work(int count, char** words) {
  const Request request = parse(count, words);
  Run run;
  run.threads = request.threads;
  const Dataset data = read_dataset(request.data, {}, run);
  if (!request.dump.empty()) dump(data, request.dump);
  const auto learner = make_learner("linear", request.learner);
  const auto loss = make_loss(request.loss, {});
  for (int i = 0; i < request.repeat; ++i) {
    const std::clock_t cpu = std::clock();
    const auto start = std::chrono::steady_clock::now();
    const Learned learned = learner->learn(data, nullptr, *loss, nullptr, run);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    const double cpu_seconds = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
    std::string facts;
    for (const auto& [name, value] : learned.facts) facts += fmt::format(", \"{}\": {:.10g}", name, value);
    const bool comparable = request.loss == "bce" && data.features.sparse();
    if (comparable)
      facts += fmt::format(", \"liblinear_objective\": {:.10g}",
                           liblinear_objective(data, dynamic_cast<const LinearModel&>(*learned.model)));
    fmt::print("{{\"seconds\": {:.6f}, \"cpu_seconds\": {:.6f}, \"threads\": {}, \"level\": \"{}\", \"rows\": {}, \"features\": {}, \"labels\": {}, "
               "\"stored\": {}{}}}\n",
               seconds, cpu_seconds, request.threads, math::panel_level(), data.rows(), data.features.columns(), data.labels.labels(),
               data.features.stored(), facts);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int count, char** words) {
  try {
    return work(count, words);
  } catch (const tagma::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
}
