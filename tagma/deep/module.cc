// What the program calls: functions of a module that it opens when a network is to be learned or read.
#include <tagma/deep/learn.h>
#include <tagma/deep/model.h>
#include <tagma/deep/threads.h>

extern "C" {

void tagma_learn_network_1(const tagma::NetworkJob& job, tagma::Learned& learned) { learned = tagma::deep::learn(job); }

void tagma_load_network_1(const tagma::ModelReader& file, std::unique_ptr<const tagma::Model>& model) {
  tagma::deep::mend_blas();
  model = tagma::deep::NetworkModel::load(file);
}

}
