// Metrics of decided label sets against the truth: counts of hits (tp), labels decided but absent (fp) and present but
// not decided (fn), over everything (micro), label by label (macro) or row by row (samples).
//
//   f1, f2 = (1 + b^2) tp / ((1 + b^2) tp + b^2 fn + fp)   precision = tp / (tp + fp)   recall = tp / (tp + fn)
//   jaccard = tp / (tp + fp + fn)
// Support: present cells (micro), labels averaged (macro), rows averaged (samples).
#pragma once

#include <tagma/measure/row_facts.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tagma {

// Hits, falsely decided and missed, weighted by rows.
struct SetCounts {
  double hits = 0, false_present = 0, missed = 0;
};
struct Quotient {
  double top, bottom, rest;
};

template <int beta>
struct FBeta {
  static constexpr std::string_view name = beta == 1 ? "f1" : "f2", says = beta == 1 ? "F1" : "F2";
  static Quotient of(const SetCounts& c) {
    constexpr double square = beta * beta;
    return {(1 + square) * c.hits, (1 + square) * c.hits + square * c.missed + c.false_present, 0};
  }
};
struct Precision {
  static constexpr std::string_view name = "precision", says = "precision";
  static Quotient of(const SetCounts& c) { return {c.hits, c.hits + c.false_present, c.missed}; }
};
struct Recall {
  static constexpr std::string_view name = "recall", says = "recall";
  static Quotient of(const SetCounts& c) { return {c.hits, c.hits + c.missed, c.false_present}; }
};
struct Jaccard {
  static constexpr std::string_view name = "jaccard", says = "Jaccard index";
  static Quotient of(const SetCounts& c) { return {c.hits, c.hits + c.missed + c.false_present, 0}; }
};

namespace detail {

// The texts of a template's instances, joined at compile time.
template <const std::string_view&... parts>
struct Join {
  static constexpr auto text = [] {
    std::array<char, (parts.size() + ...)> all{};
    std::size_t at = 0;
    ((std::copy(parts.begin(), parts.end(), all.begin() + static_cast<std::ptrdiff_t>(at)), at += parts.size()), ...);
    return all;
  }();
  static constexpr std::string_view value{text.data(), text.size()};
};
inline constexpr std::string_view micro_{"micro_"}, macro_{"macro_"}, samples_{"samples_"};
inline constexpr std::string_view says_micro{" over all cells"}, says_macro{", mean over labels"},
    says_samples{", mean over rows"};

inline SetCounts counts_of(const RowFacts& row) {
  return {static_cast<double>(row.hits), static_cast<double>(row.false_present), static_cast<double>(row.missed)};
}

}  // namespace detail

// What most metrics share: no settings of their own.
struct SetMetric {
  static constexpr Better better = Better::higher;
  static constexpr Needs needs = Needs::decisions;
  static constexpr unsigned uses = fact_sets;
  static constexpr auto fields() { return std::tuple<>{}; }
};

template <class Formula>
struct Micro : SetMetric {
  static constexpr std::string_view name = detail::Join<detail::micro_, Formula::name>::value,
                                    says = detail::Join<Formula::says, detail::says_micro>::value;
  static constexpr bool one_ratio = true;  // 0/0 is decided for the whole, not for a row
  static RowPart part(const RowFacts& row, const Rules&, int) {
    const Quotient q = Formula::of(detail::counts_of(row));
    return {q.top, q.bottom, q.rest, row.present, 0};
  }
};

template <class Formula>
struct Macro : SetMetric {
  static constexpr std::string_view name = detail::Join<detail::macro_, Formula::name>::value,
                                    says = detail::Join<Formula::says, detail::says_macro>::value;
  static Quotient of_label(const SetCounts& counts) { return Formula::of(counts); }
};

template <class Formula>
struct Samples : SetMetric {
  static constexpr std::string_view name = detail::Join<detail::samples_, Formula::name>::value,
                                    says = detail::Join<Formula::says, detail::says_samples>::value;
  static RowPart part(const RowFacts& row, const Rules& rules, int) {
    if (row.known == 0) return RowPart::none();
    const Quotient q = Formula::of(detail::counts_of(row));
    return resolved_mean(q.top, q.bottom, q.rest, rules);
  }
};

struct SubsetAccuracy : SetMetric {
  static constexpr std::string_view name = "subset_accuracy", says = "share of rows whose decided set is exactly right";
  static RowPart part(const RowFacts& row, const Rules&, int) {
    return row.known == 0 ? RowPart::none() : RowPart::mean(row.false_present + row.missed == 0 ? 1 : 0);
  }
};

struct HammingLoss : SetMetric {
  static constexpr std::string_view name = "hamming_loss", says = "share of known cells decided wrongly";
  static constexpr Better better = Better::lower;
  static RowPart part(const RowFacts& row, const Rules&, int) {
    return {static_cast<double>(row.false_present + row.missed), static_cast<double>(row.known), 0, row.known, 0};
  }
};

// F1 of "this row has no label": a row is negative when no label is known to be present, and predicted negative when no
// known label is decided. Support: the negative rows.
struct NegativeF1 : SetMetric {
  static constexpr std::string_view name = "negative_f1", says = "F1 of rows without any label, as a class of their own";
  static constexpr bool one_ratio = true;
  static RowPart part(const RowFacts& row, const Rules&, int) {
    if (row.known == 0) return RowPart::none();
    const bool negative = row.present == 0, predicted = row.hits + row.false_present == 0;
    return {negative && predicted ? 2. : 0., double(negative) + double(predicted), 0, negative ? 1 : 0, 0};
  }
};

}  // namespace tagma
