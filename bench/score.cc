// Times scoring with models of extreme numbers of labels, and their size and load time; one line of JSON per figure.
//   bench_score --random eurlex|titles131k [--precision fp32|bf16|int8] [--rows N] ..   a random model of a set's shape
//   bench_score MODEL.tagma DATA [--top 5] [--repeat R] [--single N] [--exact]                    a trained model on its test set
// Batch figures are CPU seconds of one thread over all rows; single figures are wall microseconds of one row alone.
#include <tagma/base/file.h>
#include <tagma/base/rng.h>
#include <tagma/base/text.h>
#include <tagma/model/chunk_view.h>
#include <tagma/model/ovr.h>
#include <tagma/model/tree.h>
#include <tagma/read/number.h>
#include <tagma/read/read.h>
#include <tagma/score/score.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace tagma;

struct Request {
  std::string random, model, data;
  WeightPrecision precision = WeightPrecision::int8;
  std::int64_t rows = 4000, single = 500;
  LabelId top = 5;
  int repeat = 5, beam = 10, width = 64;
  double density = 0.126;
  bool by_chunks = false, exact = false;
};

Request parse(int count, char** words) {
  Request request;
  for (int i = 1; i < count; ++i) {
    const std::string word = words[i];
    const auto next = [&] {
      if (i + 1 >= count) fail(Code::usage, "{} needs a value", word);
      return std::string(words[++i]);
    };
    const auto number = [&] { return std::stoll(next()); };
    if (word == "--random") request.random = next();
    else if (word == "--rows") request.rows = number();
    else if (word == "--single") request.single = number();
    else if (word == "--top") request.top = static_cast<LabelId>(number());
    else if (word == "--repeat") request.repeat = static_cast<int>(number());
    else if (word == "--beam") request.beam = static_cast<int>(number());
    else if (word == "--exact") request.exact = true;
    else if (word == "--by-chunks") request.by_chunks = true;
    else if (word == "--width") request.width = static_cast<int>(number());
    else if (word == "--density") request.density = std::stod(next());
    else if (word == "--precision") {
      const std::string name = next();
      request.precision = static_cast<WeightPrecision>(std::find(precision_names.begin(), precision_names.end(), name) - precision_names.begin());
    } else if (request.model.empty()) {
      request.model = word;
    } else {
      request.data = word;
    }
  }
  return request;
}

double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }
double wall_us() {
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Feature ids in which few features are frequent, as words are.
std::int32_t drawn_feature(Rng& rng, std::int64_t features) {
  const double u = rng.uniform();
  return static_cast<std::int32_t>(static_cast<double>(features) * u * u);
}

FeatureMatrix random_rows(std::int64_t rows, std::int64_t features, int nonzeros, std::uint64_t seed) {
  Rng rng(seed);
  CsrArrays arrays;
  for (std::int64_t r = 0; r < rows; ++r) {
    std::vector<std::int32_t> ids;
    while (static_cast<int>(ids.size()) < nonzeros) {
      for (int i = static_cast<int>(ids.size()); i < nonzeros; ++i) ids.push_back(drawn_feature(rng, features));
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    }
    for (const std::int32_t id : ids) {
      arrays.columns_of.push_back(id);
      arrays.values.push_back(static_cast<float>(rng.uniform(0.02, 0.2)));
    }
    arrays.starts.push_back(static_cast<std::int64_t>(arrays.values.size()));
  }
  return FeatureMatrix(std::move(arrays), features);
}

// A chunk in which a label holds each feature with the given chance.
void add_random_chunk(ChunkBuilder& builder, std::int32_t width, std::int64_t features, double density, Rng& rng) {
  std::vector<std::int32_t> ids;
  std::vector<float> weights;
  const auto lanes = static_cast<std::size_t>(width);
  const double none = std::pow(1 - density, width);
  for (std::int64_t f = 0; f < features; ++f) {
    if (rng.chance(none)) continue;
    ids.push_back(static_cast<std::int32_t>(f));
    const std::size_t from = weights.size();
    weights.resize(from + lanes);
    bool any = false;
    for (std::size_t l = 0; l < lanes; ++l)
      if (rng.chance(density)) weights[from + l] = static_cast<float>(rng.normal()), any = true;
    if (!any) weights[from + rng.below(lanes)] = static_cast<float>(rng.normal());
  }
  builder.add(width, ids, weights, std::vector<float>(lanes, -1.f));
}

std::unique_ptr<const Model> random_ovr(const Request& request) {
  constexpr std::int64_t features = 5000;
  constexpr LabelId labels = 3956;
  Rng rng(1);
  ChunkBuilder builder(features, request.precision);
  for (LabelId at = 0; at < labels; at += request.width) add_random_chunk(builder, std::min(request.width, labels - at), features, request.density, rng);
  return std::make_unique<OvrModel>(builder.finish(), std::vector<LabelId>{}, labels, make_loss("squared-hinge", {}));
}

// 8 x 16 x 16 nodes over 131,072 labels in leaves of 64; about 10 million weights.
std::unique_ptr<const Model> random_tree(const Request& request) {
  constexpr std::int64_t features = 40000;
  Rng rng(1);
  ChunkBuilder builder(features, request.precision);
  TreeShape shape;
  shape.roots = {0};
  add_random_chunk(builder, 8, features, 0.3, rng);
  for (int n = 0; n < 8; ++n) add_random_chunk(builder, 16, features, 0.1, rng);
  for (int n = 0; n < 128; ++n) add_random_chunk(builder, 16, features, 0.02, rng);
  for (int n = 0; n < 2048; ++n) add_random_chunk(builder, 64, features, 0.0012, rng);
  shape.below.push_back(1);
  for (int n = 0; n < 8; ++n) shape.below.push_back(9 + 16 * n);
  for (int n = 0; n < 128; ++n) shape.below.push_back(137 + 16 * n);
  for (int n = 0; n < 2048; ++n) shape.below.push_back(~(64 * n));
  for (LabelId label = 0; label < 131072; ++label) shape.label_of.push_back(label);
  return std::make_unique<TreeModel>(builder.finish(), std::move(shape), 131072, make_loss("squared-hinge", {}), TreeSearch{request.beam});
}

std::unique_ptr<const Model> loaded(const std::string& path) { return load_model(ModelReader(path)); }

// Weights that a row's features have in all chunks, on average.
double weights_met(const WeightChunks& chunks, const FeatureMatrix& x) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(chunks.features()));
  for (std::int64_t c = 0; c < chunks.chunks(); ++c) {
    const ChunkView view = chunks.view(c);
    std::uint32_t entry = 0;
    view.each_row([&](std::int32_t feature, std::uint32_t row) {
      const std::uint32_t next = view.each_lane(row, entry, [](int, std::uint32_t) {});
      counts[static_cast<std::size_t>(feature)] += next - entry;
      entry = next;
    });
  }
  double met = 0;
  for (const std::int32_t column : x.csr_view().columns_of) met += static_cast<double>(counts[static_cast<std::size_t>(column)]);
  return met / static_cast<double>(x.rows());
}

void time_all(const Model& model, const FeatureMatrix& x, const Request& request) {
  Scores scores;
  std::vector<double> batch, single;
  const double before = cpu_seconds();
  const auto top = [&](std::int64_t first, std::int64_t last) {
    return request.exact ? model.top_exact(x, first, last, request.top, {}) : model.top(x, first, last, request.top, {});
  };
  (void)top(0, 1);
  std::printf("{\"first_row_cpu_us\":%.0f}\n", (cpu_seconds() - before) * 1e6);
  for (int i = 0; i < request.repeat; ++i) {
    const double start = cpu_seconds();
    const auto* ovr = dynamic_cast<const OvrModel*>(&model);
    if (ovr && request.by_chunks) scores = ovr->top_by_chunks(x, 0, x.rows(), request.top, {});
    else scores = score_top(model, x, {0, x.rows()}, {.top = request.top, .exact = request.exact}, {});
    batch.push_back((cpu_seconds() - start) * 1e6 / static_cast<double>(x.rows()));
  }
  for (std::int64_t r = 0; r < std::min(x.rows(), request.single); ++r) (void)top(r, r + 1);
  for (std::int64_t r = 0; r < std::min(x.rows(), request.single); ++r) {
    const double start = wall_us();
    (void)top(r, r + 1);
    single.push_back(wall_us() - start);
  }
  std::sort(batch.begin(), batch.end());
  std::sort(single.begin(), single.end());
  std::printf("{\"kind\":\"%s\",\"labels\":%d,\"rows\":%lld,\"batch_cpu_us\":%.2f,\"batch_least\":%.2f,\"single_p50_us\":%.1f,\"single_p99_us\":%.1f}\n",
              std::string(model.kind()).c_str(), model.labels(), static_cast<long long>(x.rows()), batch[batch.size() / 2], batch[0],
              single.empty() ? 0 : single[single.size() / 2], single.empty() ? 0 : single[single.size() * 99 / 100]);
}

void run(const Request& request) {
  std::string path = request.model;
  FeatureMatrix x;
  if (!request.random.empty()) {
    const bool tree = request.random == "titles131k";
    path = "/tmp/bench_score.tagma";
    const auto model = tree ? random_tree(request) : random_ovr(request);
    ModelWriter file;
    model->save(file);
    file.write(path);
    x = tree ? random_rows(request.rows, 40000, 8, 2) : random_rows(request.rows, 5000, 252, 2);
  } else {
    x = read_dataset(request.data, {}, {}).features;
  }
  const double start = wall_us();
  const auto model = loaded(path);
  const double load = wall_us() - start;
  std::printf("{\"model\":\"%s\",\"bytes\":%lld,\"load_us\":%.0f}\n", path.c_str(), static_cast<long long>(ModelReader(path).file_size()), load);
  if (const auto* ovr = dynamic_cast<const OvrModel*>(model.get()))
    std::printf("{\"weights_met\":%.0f,\"outputs_times_nonzeros\":%.0f}\n", weights_met(ovr->chunks(), x),
                static_cast<double>(x.stored()) / static_cast<double>(x.rows()) * ovr->labels());
  time_all(*model, x, request);
}

}  // namespace

int main(int count, char** words) {
  try {
    run(parse(count, words));
  } catch (const Error& error) {
    std::fprintf(stderr, "bench_score: %s\n", error.what());
    return 1;
  }
}
