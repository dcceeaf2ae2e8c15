#include <tagma/read/word_numbers.h>

#include <cstring>

namespace tagma {
namespace {

template <class Number>
std::uint64_t load(const char* at) {
  Number number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// Multiply and fold, eight bytes at a time; the last eight may overlap those before them.
std::uint32_t hash_of(std::string_view word) {
  constexpr std::uint64_t factor = 0x9e3779b97f4a7c15;
  const char* at = word.data();
  const std::size_t size = word.size();
  std::uint64_t sum = size * factor;
  const auto mix = [&](std::uint64_t bytes) {
    sum = (sum ^ bytes) * factor;
    sum ^= sum >> 32;
  };
  if (size >= 8) {
    for (std::size_t i = 0; i + 8 < size; i += 8) mix(load<std::uint64_t>(at + i));
    mix(load<std::uint64_t>(at + size - 8));
  } else if (size >= 4) {
    mix(load<std::uint32_t>(at) << 32 | load<std::uint32_t>(at + size - 4));
  } else if (size > 0) {
    mix(load<std::uint8_t>(at) << 16 | load<std::uint8_t>(at + size / 2) << 8 | load<std::uint8_t>(at + size - 1));
  }
  return static_cast<std::uint32_t>(sum);
}

}  // namespace

std::size_t WordNumbers::slot_of(std::uint32_t hash, std::string_view word) const {
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t i = hash & mask;; i = (i + 1) & mask) {
    const Slot& slot = slots_[i];
    if (slot.number < 0 || (slot.hash == hash && words_[static_cast<std::size_t>(slot.number)] == word)) return i;
  }
}

std::int32_t WordNumbers::find(std::string_view word) const {
  return slots_.empty() ? -1 : slots_[slot_of(hash_of(word), word)].number;
}

std::int32_t WordNumbers::number_of(std::string_view word) {
  if (2 * (words_.size() + 1) > slots_.size()) make_slots(slots_.empty() ? 16 : 2 * slots_.size());
  const std::uint32_t hash = hash_of(word);
  Slot& slot = slots_[slot_of(hash, word)];
  if (slot.number < 0) {
    slot = {hash, static_cast<std::int32_t>(words_.size())};
    words_.emplace_back(word);
  }
  return slot.number;
}

void WordNumbers::shrink(std::size_t count) {
  if (count >= words_.size()) return;
  words_.resize(count);
  make_slots(slots_.size());
}

void WordNumbers::make_slots(std::size_t count) {
  slots_.assign(count, {});
  for (std::size_t i = 0; i < words_.size(); ++i) {
    const std::uint32_t hash = hash_of(words_[i]);
    slots_[slot_of(hash, words_[i])] = {hash, static_cast<std::int32_t>(i)};
  }
}

}  // namespace tagma
