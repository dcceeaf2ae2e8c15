#include <tagma/deep/device_feed.h>

#include <algorithm>
#include <ranges>

namespace tagma::deep {

void DeviceFeed::expect(std::span<const std::int64_t> rows, std::uint64_t stream) { expected_ = {{rows.begin(), rows.end()}, stream}; }

Input DeviceFeed::rows(std::span<const std::int64_t> rows, std::uint64_t stream) {
  Input input;
  bool there = false;
  if (ahead_.begun()) {
    input = ahead_.take();
    there = under_way_.stream == stream && std::ranges::equal(under_way_.rows, rows);
  }
  if (!there) input = feed_.packed(rows, stream, run_);
  if (!expected_.rows.empty()) {
    under_way_ = std::exchange(expected_, {});
    ahead_.begin([this] { return feed_.packed(under_way_.rows, under_way_.stream, run_); });
  }
  return input.on(device_);
}

}  // namespace tagma::deep
