#include <tagma/learn/panel_bytes.h>

#include <tagma/model/weight_chunks.h>

#include <cstring>

namespace tagma {
namespace {

struct Head {
  std::int64_t width, features, weights, passes, visits, unsolved, stopped;
  double objective;
};

template <class T>
void put(Bytes& bytes, std::span<const T> values) {
  const auto from = std::as_bytes(values);
  bytes.insert(bytes.end(), from.begin(), from.end());
}

// Takes arrays off the front of the bytes, each checked against what is left.
class Cursor {
 public:
  explicit Cursor(std::span<const std::byte> bytes) : left_(bytes) {}

  template <class T>
  std::vector<T> take(std::int64_t count) {
    if (count < 0 || static_cast<std::uint64_t>(count) > left_.size() / sizeof(T))
      fail(Code::bad_data, "a panel of {} values in {} bytes; it is damaged", count, left_.size());
    std::vector<T> values(static_cast<std::size_t>(count));
    if (count > 0) std::memcpy(values.data(), left_.data(), values.size() * sizeof(T));
    left_ = left_.subspan(values.size() * sizeof(T));
    return values;
  }

 private:
  std::span<const std::byte> left_;
};

}  // namespace

Bytes packed(const PanelWeights& panel) {
  const auto width = static_cast<std::size_t>(panel.width);
  std::vector<std::uint8_t> counts(panel.features.size()), lanes;
  std::vector<float> values;
  for (std::size_t f = 0; f < panel.features.size(); ++f)
    for (std::size_t lane = 0; lane < width; ++lane) {
      const float weight = panel.weights[f * width + lane];
      if (weight == 0) continue;
      ++counts[f];
      lanes.push_back(static_cast<std::uint8_t>(lane));
      values.push_back(weight);
    }
  const Head head{panel.width, static_cast<std::int64_t>(panel.features.size()), static_cast<std::int64_t>(values.size()),
                  panel.passes, panel.visits, panel.unsolved, panel.stopped ? 1 : 0, panel.objective};
  Bytes bytes;
  bytes.reserve(sizeof(Head) + panel.bias.size() * sizeof(float) + panel.features.size() * 5 + values.size() * 5);
  put(bytes, std::span(&head, 1));
  put(bytes, std::span(panel.bias));
  put(bytes, std::span(panel.features));
  put(bytes, std::span<const float>(values));
  put(bytes, std::span<const std::uint8_t>(counts));
  put(bytes, std::span<const std::uint8_t>(lanes));
  return bytes;
}

PanelWeights unpacked(std::span<const std::byte> bytes) {
  Cursor cursor(bytes);
  const Head head = cursor.take<Head>(1).front();
  if (head.width < 0 || head.width > widest_chunk) fail(Code::bad_data, "a panel of width {}; it is damaged", head.width);
  PanelWeights panel;
  panel.width = static_cast<std::int32_t>(head.width);
  panel.passes = head.passes;
  panel.visits = head.visits;
  panel.unsolved = head.unsolved;
  panel.stopped = head.stopped != 0;
  panel.objective = head.objective;
  if (panel.stopped) return panel;
  panel.bias = cursor.take<float>(head.width);
  panel.features = cursor.take<std::int32_t>(head.features);
  const auto values = cursor.take<float>(head.weights);
  const auto counts = cursor.take<std::uint8_t>(head.features);
  const auto lanes = cursor.take<std::uint8_t>(head.weights);
  const auto width = static_cast<std::size_t>(panel.width);
  panel.weights.assign(panel.features.size() * width, 0.f);
  std::size_t next = 0;
  for (std::size_t f = 0; f < counts.size(); ++f)
    for (int i = 0; i < counts[f]; ++i, ++next) {
      if (next >= lanes.size() || lanes[next] >= width) fail(Code::bad_data, "a panel whose weights have no place; it is damaged");
      panel.weights[f * width + lanes[next]] = values[next];
    }
  return panel;
}

}  // namespace tagma
