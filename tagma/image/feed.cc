#include <tagma/image/feed.h>

#include <tagma/base/parallel.h>
#include <tagma/base/rng.h>

#include <algorithm>
#include <cstring>

namespace tagma {
namespace {

constexpr std::int64_t pictures_per_block = 4;
enum State : std::uint8_t { missing, being_written, present };

}  // namespace

ImageFeed::ImageFeed(Images pictures, ImageForm form, Augment augment, std::int64_t budget)
    : pictures_(std::move(pictures)), form_(form), augment_(augment) {
  std::int64_t bytes = 0;
  if (rows() == 0 || __builtin_mul_overflow(rows(), form_.values(), &bytes) || bytes > budget) return;
  kept_ = std::make_unique_for_overwrite<std::uint8_t[]>(static_cast<std::size_t>(bytes));
  states_ = std::make_unique<std::atomic<std::uint8_t>[]>(static_cast<std::size_t>(rows()));
}

Image ImageFeed::read(std::int64_t row) const {
  if (!kept_) return fitted(pictures_.read(row), form_);
  const auto values = static_cast<std::size_t>(form_.values());
  std::uint8_t* kept = &kept_[static_cast<std::size_t>(row) * values];
  std::atomic<std::uint8_t>& state = states_[static_cast<std::size_t>(row)];
  if (state.load(std::memory_order_acquire) == present)
    return {form_.size, form_.size, form_.channels, std::vector<std::uint8_t>(kept, kept + values)};
  Image image = fitted(pictures_.read(row), form_);
  std::uint8_t before = missing;  // another thread may be at the same picture; then its copy is the one that stays
  if (state.compare_exchange_strong(before, being_written, std::memory_order_relaxed)) {
    std::memcpy(kept, image.pixels.data(), values);
    state.store(present, std::memory_order_release);
  }
  return image;
}

void ImageFeed::fill(std::span<const std::int64_t> rows, std::uint64_t stream, float* out, const Run& run) const {
  const Rng random = Rng(run.seed).fork(stream);
  const std::int64_t values = form_.values();
  parallel_for(run, static_cast<std::int64_t>(rows.size()), pictures_per_block, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      run.check_stop();
      const std::int64_t row = rows[static_cast<std::size_t>(i)];
      Image image = read(row);
      if (augment_.any()) {
        Rng own = random.fork(static_cast<std::uint64_t>(row));
        image = augmented(image, augment_, own);
      }
      to_planes(image, form_, out + i * values);
    }
  });
}

std::vector<std::int64_t> readable(const Images& pictures, const Run& run, std::vector<std::string>& faults) {
  std::vector<std::string> texts(static_cast<std::size_t>(pictures.rows()));
  parallel_for(run, pictures.rows(), pictures_per_block, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t row = first; row < last; ++row) try {
        static_cast<void>(pictures.read(row));
      } catch (const Error& error) {
        texts[static_cast<std::size_t>(row)] = error.what();
      }
  });
  std::vector<std::int64_t> rows;
  for (std::size_t row = 0; row < texts.size(); ++row) {
    if (texts[row].empty()) rows.push_back(static_cast<std::int64_t>(row));
    else faults.push_back(std::move(texts[row]));
  }
  return rows;
}

Ahead::Ahead(const ImageFeed& feed, std::vector<std::vector<std::int64_t>> batches, std::uint64_t stream, int depth, const Run& run)
    : feed_(feed), batches_(std::move(batches)), stream_(stream), depth_(static_cast<std::size_t>(std::max(depth, 1))), run_(run),
      on_stop_(run.stop, [this] { stop_.request_stop(); }) {
  run_.stop = stop_.get_token();
  worker_ = std::jthread([this] { work(); });
}

Ahead::~Ahead() { stop_.request_stop(); }

void Ahead::work() {
  try {
    for (const std::vector<std::int64_t>& rows : batches_) {
      std::vector<float> values(rows.size() * static_cast<std::size_t>(feed_.form().values()));
      feed_.fill(rows, stream_, values.data(), run_);
      std::unique_lock lock(mutex_);
      if (!changed_.wait(lock, run_.stop, [this] { return ready_.size() < depth_; })) run_.check_stop();
      ready_.push_back(std::move(values));
      changed_.notify_all();
    }
  } catch (...) {
    std::lock_guard lock(mutex_);
    error_ = std::current_exception();
    changed_.notify_all();
  }
}

std::optional<std::vector<float>> Ahead::next() {
  if (given_ == batches_.size()) return std::nullopt;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !ready_.empty() || error_; });
  if (ready_.empty()) std::rethrow_exception(error_);
  std::vector<float> values = std::move(ready_.front());
  ready_.pop_front();
  ++given_;
  changed_.notify_all();
  return values;
}

}  // namespace tagma
