#include <tagma/image/feed.h>

#include <tagma/base/parallel.h>

#include <algorithm>
#include <cstring>
#include <ranges>

namespace tagma {
namespace {

constexpr std::int64_t pictures_per_block = 4;
enum State : std::uint8_t { missing, being_written, present };

template <class Work>
void each_of(std::span<const std::int64_t> rows, const Run& run, Work work) {
  parallel_for(run, static_cast<std::int64_t>(rows.size()), pictures_per_block, [&](std::int64_t first, std::int64_t last) {
    for (std::int64_t i = first; i < last; ++i) {
      run.check_stop();
      work(rows[static_cast<std::size_t>(i)], i);
    }
  });
}

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

Image ImageFeed::changed(std::int64_t row, const Rng& random) const {
  if (!augment_.any()) return read(row);
  Rng own = random.fork(static_cast<std::uint64_t>(row));
  return augmented(read(row), augment_, own);
}

void ImageFeed::fill(std::span<const std::int64_t> rows, std::uint64_t stream, float* out, const Run& run) const {
  const Rng random = Rng(run.seed).fork(stream);
  each_of(rows, run, [&](std::int64_t row, std::int64_t i) { to_planes(changed(row, random), form_, out + i * form_.values()); });
}

void ImageFeed::fill(std::span<const std::int64_t> rows, std::uint64_t stream, std::uint8_t* out, const Run& run) const {
  const Rng random = Rng(run.seed).fork(stream);
  each_of(rows, run, [&](std::int64_t row, std::int64_t i) { std::ranges::copy(changed(row, random).pixels, out + i * form_.values()); });
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

}  // namespace tagma
