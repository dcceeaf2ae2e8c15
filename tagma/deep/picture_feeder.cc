#include <tagma/deep/feeder.h>

namespace tagma::deep {
namespace {

class PictureFeeder final : public Feeder {
 public:
  PictureFeeder(std::shared_ptr<const ImageFeed> feed, std::uint64_t seed) : feed_(std::move(feed)) { run_.seed = seed; }

  Input rows(std::span<const std::int64_t> rows, std::uint64_t stream) const override {
    const ImageForm& form = feed_->form();
    Input input;
    input.dense = at::empty({static_cast<std::int64_t>(rows.size()), form.channels, form.size, form.size});
    feed_->fill(rows, stream, input.dense.data_ptr<float>(), run_);
    return input;
  }

 private:
  std::shared_ptr<const ImageFeed> feed_;
  Run run_;  // one thread: shards run side by side
};

}  // namespace

std::unique_ptr<Feeder> picture_feeder(std::shared_ptr<const ImageFeed> feed, std::uint64_t seed) {
  return std::make_unique<PictureFeeder>(std::move(feed), seed);
}

}  // namespace tagma::deep
