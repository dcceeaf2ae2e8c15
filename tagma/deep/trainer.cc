#include <tagma/deep/trainer.h>

#include <tagma/base/error.h>
#include <tagma/base/rng.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tagma::deep {
namespace {

constexpr std::chrono::minutes within_epochs{10};  // between checkpoints there
constexpr int times_as_long = 20;                  // as saving took do we train before it is done again

std::int64_t up(std::int64_t count, std::int64_t by) { return (count + by - 1) / by; }

}  // namespace

Trainer::Trainer(const Parts& parts, const Run& run)
    : parts_(parts), run_(run), updater_(parts.settings, parts.net->learned_weights()),
      stepper_(*parts.net, parts.settings, parts.feed, parts.data, parts.loss, run), batches_(up(parts.data.rows(), parts.settings.batch)),
      rate_(parts.settings, up(batches_, parts.settings.accumulate)), saved_(std::chrono::steady_clock::now()) {
  if (parts.settings.ema > 0) average_.take(*parts.net);
}

std::string Trainer::note_of(double loss) const {
  std::string note = fmt::format("loss {:.5g}", loss);
  if (last_look_) note += fmt::format("  held-out {} {:.5g}", parts_.judge.stop().metric(), *last_look_);
  return note;
}

bool Trainer::run_epoch() {
  std::vector<std::int64_t> order(static_cast<std::size_t>(parts_.data.rows()));
  std::iota(order.begin(), order.end(), 0);
  Rng(run_.seed).fork(static_cast<std::uint64_t>(at_.epoch)).shuffle(order);
  const std::int64_t rows = parts_.data.rows(), size = parts_.settings.batch, parts = parts_.settings.accumulate;
  const auto batch = [&](std::int64_t step) {
    return std::span(order).subspan(static_cast<std::size_t>(step * size), static_cast<std::size_t>(std::min(size, rows - step * size)));
  };
  const auto stream = [&](std::int64_t step) { return static_cast<std::uint64_t>(at_.epoch * batches_ + step + 1); };
  while (at_.step < batches_) {
    if (run_.stop.stop_requested()) return false;
    double loss = 0;
    try {
      if (at_.step + 1 < batches_) stepper_.expect(batch(at_.step + 1), stream(at_.step + 1));
      loss = stepper_.add(batch(at_.step), stream(at_.step), updater_);
    } catch (const Error& fault) {
      if (fault.code() == Code::interrupted) return false;
      throw;
    }
    if (!std::isfinite(loss)) {
      fault_ = fmt::format("loss {} became {} in epoch {}, step {} of {}; a smaller --learner.rate may help", parts_.loss.name(), loss,
                           at_.epoch + 1, at_.step + 1, batches_);
      return false;
    }
    at_.loss_sum += loss;
    const std::int64_t in_step = at_.step % parts + 1;
    ++at_.step;
    if (in_step == parts || at_.step == batches_) {
      updater_.step(rate_.at(updater_.steps(), at_.drops), static_cast<double>(in_step), run_);
      if (!average_.empty()) average_.follow(*parts_.net, parts_.settings.ema);
    }
    run_.report({"train", static_cast<double>(at_.epoch * batches_ + at_.step), static_cast<double>(parts_.settings.epochs * batches_),
                 note_of(at_.loss_sum / static_cast<double>(at_.step))});
    if (std::chrono::steady_clock::now() - saved_ > within_epochs && at_.step < batches_) keep_state();
  }
  return true;
}

void Trainer::end_epoch() {
  at_.last_loss = at_.loss_sum / static_cast<double>(batches_);
  at_.loss_sum = 0;
  at_.step = 0;
  ++at_.epoch;
  if (!average_.empty()) average_.exchange(*parts_.net);
  if (parts_.judge.sees()) {
    Run whole = run_;
    whole.stop = {};
    last_look_ = parts_.judge.look(parts_.net, whole);
    if (parts_.settings.schedule == Schedule::plateau && parts_.judge.stale()) ++at_.drops;
  } else {
    parts_.judge.best().take(*parts_.net);
  }
  if (!average_.empty()) average_.exchange(*parts_.net);
  at_.finished = at_.epoch >= parts_.settings.epochs || parts_.judge.should_stop();
  run_.report({"train", static_cast<double>(at_.epoch * batches_), static_cast<double>(parts_.settings.epochs * batches_), note_of(at_.last_loss)});
  if (std::chrono::steady_clock::now() - saved_ >= times_as_long * saving_) keep_state();
}

void Trainer::keep_state() {
  const auto begin = std::chrono::steady_clock::now();
  parts_.checkpoint.save({*parts_.net, updater_, parts_.judge, average_, at_}, run_);
  saved_ = std::chrono::steady_clock::now();
  saving_ = saved_ - begin;
}

void Trainer::train(Learned& learned) {
  parts_.checkpoint.restore({*parts_.net, updater_, parts_.judge, average_, at_}, run_);
  while (!at_.finished) {
    if (run_epoch()) {
      end_epoch();
      continue;
    }
    if (!fault_.empty() && parts_.judge.best().empty()) fail(Code::bad_data, "{}; there is no earlier model to keep", fault_);
    learned.interrupted = fault_.empty();
    if (updater_.steps() == 0) throw Error(Code::interrupted, "interrupted before the first step");
    if (learned.interrupted) keep_state();
    if (parts_.judge.best().empty()) parts_.judge.best().take(*parts_.net);
    break;
  }
  parts_.judge.best().put(*parts_.net);
  const EarlyStop& judged = parts_.judge.stop();
  const double under_way = at_.step > 0 ? at_.loss_sum / static_cast<double>(at_.step) : 0;
  learned.facts = {{"objective", at_.epoch > 0 ? at_.last_loss : under_way}, {"epochs", static_cast<double>(at_.epoch)}, {"steps", static_cast<double>(updater_.steps())},
                   {"weights", static_cast<double>(parts_.net->parameters().count())}};
  if (parts_.judge.sees()) {
    learned.facts.emplace_back("held_out_" + judged.metric(), judged.state().best);
    learned.facts.emplace_back("best_epoch", static_cast<double>(judged.state().best_look));
    if (parts_.judge.should_stop())
      learned.notes.push_back(fmt::format("stopped after {} epochs without gain in held-out {}", judged.since_best(), judged.metric()));
  }
  if (!fault_.empty()) learned.notes.push_back(fault_ + "; the best network before that was kept");
}

}  // namespace tagma::deep
