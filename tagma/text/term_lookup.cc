#include <tagma/text/term_lookup.h>

#include <tagma/base/error.h>

namespace tagma {

TermLookup::TermLookup(std::span<const std::string_view> terms, std::uint64_t seed) : terms_(terms) {
  std::size_t size = 16;
  while (size < 2 * terms.size()) size *= 2;
  slots_.resize(size);
  mask_ = size - 1;
  for (std::size_t t = 0; t < terms.size(); ++t) {
    const bool piece = terms[t].starts_with('#');
    const std::string_view term = terms[t].substr(piece);
    const std::uint64_t hash = term_hash(term, piece ? piece_seed(seed) : seed);
    if (find(hash, term, piece) >= 0) fail(Code::bad_model, "the term '{}' stands in the vocabulary twice", terms[t]);
    std::size_t i = hash & mask_;
    while (slots_[i].number >= 0) i = (i + 1) & mask_;
    Slot& slot = slots_[i];
    slot = {static_cast<std::int32_t>(t), static_cast<std::uint32_t>(hash >> 32), short_size(term), piece, {}};
    std::copy_n(term.begin(), std::min(term.size(), beginning), slot.bytes);
  }
}

}  // namespace tagma
