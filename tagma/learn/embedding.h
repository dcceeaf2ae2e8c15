// Label embeddings on rows that some encoder made vectors of: every label has a vector in their space (model/embedding.h).
//
// Start: the representation of the label (label_tree.h), which is the mean direction of its present rows, what is said of the
// label itself (--label-embeddings, --label-texts), or the mean of both; the bias at the logarithm of the label's share of the rows, (n + 1/2) /
// (rows + 1), times the temperature. With `epochs` 0 that is the model: rows of a label spread around its mean direction alike for all
// labels (von Mises and Fisher), the probability of the label that of its share.
// Training: mini-batches of rows; the loss sees the outputs of the batch for all labels, or, with `negatives` clusters, for the
// labels of the batch and those of their clusters alone (embedding_batches.h); steps as in embedding_steps.h. The rows are not
// changed: a linear map of them would add nothing, since x.(A v) is a product with another free vector.
// Labels without a start (no present row, nothing said of them) keep a vector of zeros and their bias.
// Unknown labels of a row do not count for it; a row without present labels has nothing to say to these losses.
// held_out: `metric` after the start and after each epoch; the best is kept, and training ends after `patience` without gain.
// Warm start: from the vectors of a model of this kind, shape and similarity; else as without, which a note says.
// Search: with `search` hnsw a graph of the labels is built from the finished vectors (label_graph_builder.h).
// Memory: the vectors twice, three times with held-out data; outputs and slopes of a batch for all labels it looks at.
// Source: Gupta et al., "Dual-encoders for extreme multi-label classification" (DEXML, ICLR 2024), of which this is the label side;
// hard negatives from clusters as in Dahiya et al., "NGAME" (WSDM 2023), which clusters rows and again and again; here labels, once.
// Errors: as learner.h. Stop: the vectors so far, once the start is there, without a graph.
#pragma once

#include <tagma/base/fields.h>
#include <tagma/learn/label_tree.h>
#include <tagma/learn/learner.h>
#include <tagma/model/embedding.h>

#include <string>

namespace tagma {

enum class NegativeLabels : std::uint8_t { all, clusters };
enum class LabelSearch : std::uint8_t { exact, hnsw };

struct Embedding {
  static constexpr std::string_view name = "embedding", says = "a vector for each label among rows that an encoder made vectors of";

  Similarity similarity = Similarity::cosine;
  double temperature = 0.05;
  bool bias = true;
  Representation representation = Representation::positives;
  NegativeLabels negatives = NegativeLabels::all;
  int cluster = 64;
  std::int64_t epochs = 10, batch = 256, patience = 3;
  double rate = 0.1;
  std::string metric = "precision_at_1";
  LabelSearch search = LabelSearch::exact;
  std::int64_t neighbours = 16, ef_construction = 100, ef = 100;

  static constexpr auto fields() {
    using Self = Embedding;
    return std::tuple{Choice<Self, Similarity, 2>{"similarity", &Self::similarity, similarity_names, "cosine: rows and vectors have length 1; inner: neither has"},
                      Field<Self, double>{"temperature", &Self::temperature, 1e-4, 1e4, "what products are divided by: low, and the worst negatives count alone"},
                      Switch<Self>{"bias", &Self::bias, "a number for each label that is added to its products: frequent labels score higher"},
                      Choice<Self, Representation, 3>{"representation", &Self::representation, {"positives", "text", "both"},
                                                      "where vectors start: at the mean of the present rows, at what is said of the label (--label-embeddings, --label-texts), at both"},
                      Choice<Self, NegativeLabels, 2>{"negatives", &Self::negatives, {"all", "clusters"},
                                                 "labels that a batch is trained against: all, or those of the clusters that its labels are in"},
                      Field<Self, int>{"cluster", &Self::cluster, 2, 1 << 20, "most labels of a cluster"},
                      Field<Self, std::int64_t>{"epochs", &Self::epochs, 0, 1000000, "passes over the rows; 0: the start is the model"},
                      Field<Self, std::int64_t>{"batch", &Self::batch, 1, 65536, "rows of a step"},
                      Field<Self, double>{"rate", &Self::rate, 1e-9, 1e3, "size of a step: how far, at most, a label's first step goes; falls to 0 along a line"},
                      Field<Self, std::int64_t>{"patience", &Self::patience, 0, 1000000, "epochs without gain on held-out data before stopping; 0: never stop"},
                      Words<Self>{"metric", &Self::metric, "what is measured on held-out data: loss, or any metric"},
                      Choice<Self, LabelSearch, 2>{"search", &Self::search, {"exact", "hnsw"},
                                                   "how the best labels are found: among all, or by a graph of neighbours, about right and quick for very many"},
                      Field<Self, std::int64_t>{"neighbours", &Self::neighbours, 2, 512, "hnsw: links of a label, M; twice as many on the lowest level"},
                      Field<Self, std::int64_t>{"ef_construction", &Self::ef_construction, 1, 1000000, "hnsw: labels that a search keeps while the graph is built"},
                      Field<Self, std::int64_t>{"ef", &Self::ef, 1, 1000000, "hnsw: labels that a search keeps; more: nearer to exact, and slower"}};
  }
  static bool accepts(const LossFunction& loss) { return embedding_takes(loss); }
  static constexpr std::string_view standard_loss = "decoupled-softmax";
  static constexpr bool uses_ranks = false;
  bool wants_label_features() const { return representation != Representation::positives; }

  Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm, const Run& run) const;
};

}  // namespace tagma
