// What a file format offers. A format is a struct in a header of its own (tagma/read/csv.h) and one entry of
// tagma/read/catalog.h:
//
//   struct Csv {
//     static constexpr std::string_view name = "csv", says = "table with a header line";
//     static constexpr std::array<std::string_view, 1> endings{"csv"};           // lower case, without dot and packing
//     static constexpr std::array<std::string_view, 2> options{"labels", "impute"};  // fields of ReadOptions
//     static Dataset read(const Source& source, const ReadOptions& options, const Run& run);
//     static void write(const Dataset& data, const std::string& path, const ReadOptions& options, const Run& run);
//     static std::vector<std::string> lost(const Dataset& data);  // parts of `data` the format cannot carry
//   };
//
// read() gets the data from source.whole() or Chunks(source) and looks for companion files beside source.path() (never
// when source.in_memory()). write() makes a Sink per file and commits the main file last. The caller of read() has
// already refused options that are set and not in `options`, and runs Dataset::check() on what comes back. When a row
// is bad, read() throws by fail_at(); where it honours "skip-bad-rows", it leaves the row out instead and calls
// warn_of() once.
// Errors: as tagma/read/read.h says.
#pragma once

#include <tagma/data/dataset.h>
#include <tagma/read/options.h>
#include <tagma/read/sink.h>
#include <tagma/read/source.h>

#include <array>
#include <concepts>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

template <class F>
concept Format = requires(const Source& source, const Dataset& data, const std::string& path,
                          const ReadOptions& options, const Run& run) {
  { F::name } -> std::convertible_to<std::string_view>;
  { F::says } -> std::convertible_to<std::string_view>;
  { F::endings.front() } -> std::convertible_to<std::string_view>;
  { F::options.size() } -> std::convertible_to<std::size_t>;
  { F::read(source, options, run) } -> std::same_as<Dataset>;
  { F::write(data, path, options, run) } -> std::same_as<void>;
  { F::lost(data) } -> std::same_as<std::vector<std::string>>;
};

// The parts of a Dataset besides features and plain label sets that a format can carry.
struct Carries {
  bool features = true, grades = false, unknown = false, label_names = false, feature_names = false, texts = false,
       images = false, groups = false, weights = false, votes = false, taxonomy = false;
};

// What `data` holds beyond that: "grades", "unknown labels", "label names", .. for lost().
std::vector<std::string> not_carried(const Dataset& data, const Carries& carries);

// Whether there are labels that no row mentions: a file of lists has no place for their names.
bool has_unmentioned_labels(const Dataset& data);

}  // namespace tagma
