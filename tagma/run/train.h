// tagma train: reads a training set, learns, and leaves a model file. Text features are learned from the part that is trained
// on, never from what is held out.
//
// Ranks: a learner that uses ranks (learn/learner.h) shares the work among them, each of which reads the training set; with
// another learner rank 0 works alone, which a warning says. Rank 0 writes the model; the others answer nothing.
// Learner: where none is named, rows of pictures alone are learned by `cnn`; else, where no setting of one is given either, sparse features (or texts) with more than 1,000 labels are learned by
// `ovr`, with more than 20,000 by `tree`, if the loss allows it; all else by `linear`. The answer says what was chosen and why.
// Start: a model of ovr or tree to start from says learner, settings and loss where none are named, and keeps its numbering: labels
// that it does not know go behind its own (learn/growth.h). Its calibration and decision rule are left behind, with a warning.
// Part: what such a learner has finished is kept in OUT.part until the model is whole, and the same command goes on from there.
// Errors: those of reading, of the learner and of the loss. On interruption the best model so far is saved and the answer
// says so; when there is none yet, Error{interrupted} and no file.
#pragma once

#include <tagma/base/run.h>
#include <tagma/base/settings.h>
#include <tagma/read/options.h>
#include <tagma/run/answer.h>

#include <string>
#include <string_view>

namespace tagma {

struct TrainRequest {
  std::string train, valid, out;     // data sets (valid may be empty) and the model file
  double valid_share = 0;            // share of the training set held out, stratified by labels, when valid is empty
  std::string learner, loss;         // learner empty: chosen from the data; loss empty: the learner's standard one
  Settings learner_settings, loss_settings;
  Settings text_settings;            // of TextSettings; for data whose rows are texts (tagma/run/texts.h)
  std::string warm;                  // model file to start from, whose text features are kept; may be empty
  std::string warm_rows;             // data set that a model of ovr or tree to start from was learned from; empty: not there
  std::string label_texts;           // file of lines LABEL<tab>TEXT, for learners that look at them; empty: the names of the labels
  std::string label_embeddings;      // .npy file [labels x features]: what is said of the labels, for the same learners; not with label_texts
  ReadOptions read;
};

Answer train(const TrainRequest& request, const Run& run);

// The loss that a learner takes where none is named. Errors: Error{usage} for an unknown learner.
std::string standard_loss(std::string_view learner);

}  // namespace tagma
