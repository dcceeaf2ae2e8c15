#include <tagma/learn/learner.h>

#include <tagma/learn/catalog.h>

namespace tagma {
namespace {

template <class Component>
class LearnerOf final : public Learner {
 public:
  explicit LearnerOf(const Settings& settings) { configure(component_, settings, "learner."); }
  std::string_view name() const override { return Component::name; }
  Settings settings() const override { return settings_of(component_); }
  std::string_view standard_loss() const override { return Component::standard_loss; }
  bool accepts(const LossFunction& loss) const override { return Component::accepts(loss); }
  bool sees_pictures() const override {
    if constexpr (requires { Component::sees_pictures; }) return Component::sees_pictures;
    else return false;
  }
  bool rows_apart() const override {
    if constexpr (requires { Component::rows_apart; }) return Component::rows_apart;
    else return true;
  }
  bool uses_ranks() const override { return Component::uses_ranks; }
  bool wants_label_features() const override {
    if constexpr (requires { component_.wants_label_features(); }) return component_.wants_label_features();
    return false;
  }
  MemoryPlan plan(const Dataset& train, const Dataset* held_out, const LossFunction& loss, bool may_move_rows,
                  const Run& run) const override {
    if constexpr (requires { component_.plan(train, held_out, loss, may_move_rows, run); })
      return component_.plan(train, held_out, loss, may_move_rows, run);
    return {};
  }
  Learned learn(const Dataset& train, const Dataset* held_out, const LossFunction& loss, const Model* warm,
                const Run& run) const override {
    return component_.learn(train, held_out, loss, warm, run);
  }

 private:
  Component component_;
};

}  // namespace

std::unique_ptr<Learner> make_learner(std::string_view name, const Settings& settings) {
  return Learners::visit("learner", name, [&]<class Component>(std::type_identity<Component>) -> std::unique_ptr<Learner> {
    return std::make_unique<LearnerOf<Component>>(settings);
  });
}

std::vector<Entry> learner_entries() { return Learners::entries(); }

}  // namespace tagma
