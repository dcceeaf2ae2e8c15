#include <tagma/deep/checkpoint.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>
#include <tagma/deep/saved_spec.h>

#include <nlohmann/json.hpp>

namespace tagma::deep {

void Checkpoint::save(const TrainingState& state, const Run& run) const {
  if (!keeps()) return;
  try {
    ModelWriter file;
    const Progressed& at = state.progress;
    const EarlyStop::State& judged = state.judge.stop().state();
    file.manifest()["training"] = {{"job", job_},
                                   {"epoch", at.epoch},
                                   {"step", at.step},
                                   {"drops", at.drops},
                                   {"loss_sum", at.loss_sum},
                                   {"last_loss", at.last_loss},
                                   {"finished", at.finished},
                                   {"best_value", judged.best},
                                   {"looks", judged.looks},
                                   {"best_look", judged.best_look},
                                   {"average", !state.average.empty()},
                                   {"best", !state.judge.best().empty()}};
    save_tensors(file, "now.", state.net.parameters().all());
    state.updater.save(file);
    if (!state.average.empty()) save_tensors(file, "average.", state.average.tensors());
    if (!state.judge.best().empty()) save_tensors(file, "best.", state.judge.best().tensors());
    file.write(path_);
  } catch (const Error& fault) {
    run.warn(std::string("the state of the training is not kept: ") + fault.what());
  }
}

bool Checkpoint::restore(const TrainingState& state, const Run& run) const {
  if (!keeps() || !file_exists(path_)) return false;
  try {
    const ModelReader file(path_);
    const nlohmann::json& kept = file.manifest().at("training");
    if (kept.at("job").get<std::string>() != job_) {
      run.warn(path_ + ": kept for other settings or data; it is begun anew");
      return false;
    }
    Progressed at{kept.at("epoch"), kept.at("step"), kept.at("drops"), kept.at("loss_sum"), kept.at("last_loss"), kept.at("finished")};
    const EarlyStop::State judged{kept.at("best_value"), kept.at("looks"), kept.at("best_look")};
    file.verify();  // before anything is written over
    load_tensors(file, "now.", state.net.parameters().all());
    state.updater.load(file);
    if (kept.at("average").get<bool>()) {
      if (state.average.empty()) state.average.take(state.net);
      load_tensors(file, "average.", state.average.tensors());
    }
    if (kept.at("best").get<bool>()) {
      state.judge.best().take(state.net);
      load_tensors(file, "best.", state.judge.best().tensors());
    }
    state.progress = at;
    state.judge.stop().set_state(judged);
  } catch (const nlohmann::json::exception& fault) {
    run.warn(path_ + ": no state of a training; it is begun anew");
    return false;
  } catch (const Error& fault) {
    run.warn(std::string(fault.what()) + "; the training is begun anew");
    return false;
  }
  run.note(fmt::format("going on from {}: {} epochs and {} steps are done", path_, state.progress.epoch, state.progress.step));
  return true;
}

}  // namespace tagma::deep
