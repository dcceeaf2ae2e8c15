// Times the learners for very many labels on a data set and prints one line of JSON per run: CPU seconds of learning and of
// scoring, precision at 1, 3 and 5, bytes of the model. bench/ovr_peer.py sets scikit-learn's LIBLINEAR beside it. A program:
//   bench_ovr TRAIN TEST [--learner ovr|tree|..] [--loss NAME] [--threads N] [--repeat R] [--set key=value].. [--dump PREFIX]
// --dump writes both sets as plain little-endian arrays PREFIX.{train,test}.{starts,columns,values,label_starts,labels}.
#include "dump.h"

#include <tagma/base/file.h>
#include <tagma/learn/learner.h>
#include <tagma/math/panel.h>
#include <tagma/measure/measure.h>
#include <tagma/read/read.h>
#include <tagma/score/score.h>

#include <cstdio>
#include <ctime>

namespace {

using namespace tagma;

struct Request {
  std::vector<std::string> data;
  std::string learner = "ovr", loss, dump;
  Settings settings;
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
    else if (word == "--learner") request.learner = next();
    else if (word == "--loss") request.loss = next();
    else if (word == "--dump") request.dump = next();
    else if (word == "--set") {
      const std::string pair = next();
      const auto at = pair.find('=');
      if (at == std::string::npos) fail(Code::usage, "--set {}: expected key=value", pair);
      request.settings.set(pair.substr(0, at), pair.substr(at + 1));
    } else {
      request.data.push_back(word);
    }
  }
  if (request.data.size() != 2) fail(Code::usage, "bench_ovr TRAIN TEST [--learner NAME] [--set key=value] ..");
  return request;
}

double seconds_since(std::clock_t start) { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; }

int work(int count, char** words) {
  const Request request = parse(count, words);
  Run run;
  run.threads = request.threads;
  Dataset train = read_dataset(request.data[0], {}, run);
  Dataset test = read_dataset(request.data[1], {}, run);
  test.labels.grow(std::max(train.labels.labels(), test.labels.labels()));
  train.labels.grow(test.labels.labels());
  if (!request.dump.empty()) {
    dump(train, request.dump + ".train");
    dump(test, request.dump + ".test");
  }
  const auto learner = make_learner(request.learner, request.settings);
  const auto loss = make_loss(request.loss.empty() ? learner->standard_loss() : request.loss, {});
  for (int i = 0; i < request.repeat; ++i) {
    const std::clock_t learning = std::clock();
    const Learned learned = learner->learn(train, nullptr, *loss, nullptr, run);
    const double learn_seconds = seconds_since(learning);
    const std::clock_t scoring = std::clock();
    const Scores scores = score_top(*learned.model, test.features, 5, run);
    const double score_seconds = seconds_since(scoring);
    ModelWriter file;
    learned.model->save(file);
    Judged judged;
    judged.truth = &test.labels;
    judged.scores = &scores;
    std::string facts;
    for (const auto& [name, value] : learned.facts) facts += fmt::format(", \"{}\": {:.8g}", name, value);
    for (const char* metric : {"precision_at_1", "precision_at_3", "precision_at_5"})
      facts += fmt::format(", \"{}\": {:.4f}", metric, measure_one(metric, judged, run));
    fmt::print("{{\"learn_cpu_s\": {:.3f}, \"score_cpu_s\": {:.3f}, \"model_bytes\": {}, \"threads\": {}, \"level\": \"{}\", "
               "\"rows\": {}, \"features\": {}, \"labels\": {}, \"stored\": {}{}}}\n",
               learn_seconds, score_seconds, file.bytes().size(), request.threads, math::panel_level(), train.rows(),
               train.features.columns(), train.labels.labels(), train.features.stored(), facts);
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
