#include <tagma/text/term_table.h>

#include <tagma/base/error.h>

#include <algorithm>
#include <utility>

namespace tagma {

std::size_t TermTable::number(std::uint64_t hash, std::string_view term, bool piece) {
  if (2 * entries_.size() >= slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  std::size_t i = hash & mask;
  for (; slots_[i].entry != 0; i = (i + 1) & mask) {
    if (slots_[i].tag != tag) continue;
    const Entry& found = entries_[slots_[i].entry - 1];
    if (found.hash == hash && found.piece == piece && this->term(found) == term) return slots_[i].entry - 1;
  }
  if (entries_.size() >= INT32_MAX) fail(Code::bad_data, "more than {} different terms", entries_.size());
  if (term.size() >= UINT32_MAX) fail(Code::bad_data, "a term of {} bytes", term.size());
  entries_.push_back({hash, bytes_.size(), static_cast<std::uint32_t>(term.size() + piece), piece, 0, -1});
  if (piece) bytes_ += '#';
  bytes_ += term;
  slots_[i] = {tag, static_cast<std::uint32_t>(entries_.size())};
  return entries_.size() - 1;
}

void TermTable::grow() {
  std::vector<Slot> slots(std::max<std::size_t>(64, 2 * slots_.size()));
  const std::size_t mask = slots.size() - 1;
  for (std::size_t e = 0; e < entries_.size(); ++e) {
    std::size_t i = entries_[e].hash & mask;
    while (slots[i].entry != 0) i = (i + 1) & mask;
    slots[i] = {static_cast<std::uint32_t>(entries_[e].hash >> 32), static_cast<std::uint32_t>(e + 1)};
  }
  slots_ = std::move(slots);
}

void TermTable::forget(std::int64_t documents) {
  TermTable kept;
  for (const Entry& old : entries_)
    if (old.documents > documents) kept.entry(old.hash, term(old), old.piece).documents = old.documents;
  *this = std::move(kept);
}

}  // namespace tagma
