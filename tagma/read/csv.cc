#include <tagma/read/csv.h>

#include <tagma/base/parallel.h>
#include <tagma/read/csv_rows.h>

#include <algorithm>
#include <optional>

namespace tagma {
namespace {

class TableReader {
 public:
  TableReader(std::string_view text, Separator separator, std::string_view file, const ReadOptions& options,
              const Run& run)
      : separator_(separator), file_(file), options_(options), run_(run) {
    text = without_mark(text);
    const std::size_t begin = text.find_first_not_of("\r\n");
    if (begin == std::string_view::npos)
      fail_at({file, 1, 1}, "nothing", "a header line with the names of the columns");
    std::size_t end = record_end(text, begin, separator);
    std::string header(record_text(text.substr(begin, end - begin)));
    if (options.no_header) {
      header = numbered_columns(header);
      end = begin;
    }
    plan_ = plan_csv(header, separator, options, file, run);
    blocks_ = cut_records(text.substr(end),
                          std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n') + 1,
                          separator, run);
    nominal_.resize(plan_.features.size());
  }

  Dataset read() {
    sample();
    for (;;)  // once, and again whenever a column of numbers turns out to hold a word
      if (std::optional<Dataset> data = parse()) return std::move(*data);
  }

 private:
  // A header for a table without one: as many columns as the first row has.
  std::string numbered_columns(const std::string& row) const {
    std::string header;
    int count = 0;
    try {
      for (CsvCursor cells(row, separator_); !cells.done(); cells.text())
        header += fmt::format("{}column{}", count == 0 ? "" : std::string(1, static_cast<char>(separator_)), count + 1), ++count;
    } catch (const RowFault& fault) {
      throw error_of(fault, file_, 1, row.data());
    }
    return header;
  }

  // Looks at the first rows for columns that hold words, to spare a pass over all rows.
  void sample() {
    if (blocks_.blocks.empty()) return;
    const std::string_view text = blocks_.blocks.front().text;
    std::size_t end = 0;
    for (int rows = 0; rows < 100 && end < text.size(); ++rows) end = record_end(text, end, separator_);
    CsvRowParser parser(plan_, nominal_, options_, separator_);
    TableBlock block;  // sparse, and not kept
    parse_records({text.substr(0, end), blocks_.blocks.front().first_line}, separator_, file_, options_.skip_bad_rows,
                  block, [&](std::string_view record) { parser.parse(record, block); });
    nominal_ = parser.found_nominal();
  }

  // Notes the columns that hold words; false when there are none that were not known.
  bool note_nominal(const std::vector<std::vector<bool>>& found) {
    bool more = false;
    for (const std::vector<bool>& part : found)
      for (std::size_t feature = 0; feature < part.size(); ++feature)
        if (part[feature]) nominal_[feature] = true, more = true;
    return more;
  }

  std::optional<Dataset> parse() {
    Table table(blocks_, static_cast<std::int64_t>(plan_.features.size()), false);
    std::vector<LabelNames> names(blocks_.blocks.size());
    std::vector<std::vector<bool>> found(blocks_.blocks.size());
    std::vector<std::vector<WordNumbers>> values(blocks_.blocks.size());
    each_block([&](std::size_t i) {
      CsvRowParser parser(plan_, nominal_, options_, separator_);
      TableBlock& block = table.block(i);
      parse_records(blocks_.blocks[i], separator_, file_, options_.skip_bad_rows, block,
                    [&](std::string_view record) { parser.parse(record, block); });
      names[i] = parser.finish();
      found[i] = parser.found_nominal();
      values[i] = std::move(parser.values());
    });
    if (note_nominal(found)) return {};
    if (std::find(nominal_.begin(), nominal_.end(), true) != nominal_.end()) widen(table, values);
    return assembled(table, names);
  }

  // Brings the values that the blocks have found in each nominal feature into one order.
  void join(const std::vector<std::vector<WordNumbers>>& found) {
    values_.assign(nominal_.size(), {});
    for (std::size_t feature = 0; feature < nominal_.size(); ++feature) {
      if (!nominal_[feature]) continue;
      std::vector<std::string>& all = values_[feature];
      for (const std::vector<WordNumbers>& part : found)
        all.insert(all.end(), part[feature].all().begin(), part[feature].all().end());
      std::sort(all.begin(), all.end());
      all.erase(std::unique(all.begin(), all.end()), all.end());
      if (all.size() > 1000 && 2 * static_cast<std::int64_t>(all.size()) > blocks_.rows)
        run_.warn(fmt::format(
            "{}: the column {} has {} different values, each of which becomes a feature; --text-column keeps "
            "it as text, --ignore-columns leaves it out",
            file_, excerpt(plan_.features[feature]), all.size()));
    }
  }

  // Turns the numbers of values into one column per value.
  void widen(Table& table, const std::vector<std::vector<WordNumbers>>& found) {
    join(found);
    const std::size_t count = nominal_.size();
    std::vector<std::int32_t> first(count + 1);  // column of each feature
    for (std::size_t i = 0; i < count; ++i)
      first[i + 1] = first[i] + (nominal_[i] ? static_cast<std::int32_t>(values_[i].size()) : 1);
    std::vector<std::vector<std::vector<std::int32_t>>> columns(found.size());  // per block, feature, number of value
    each_block([&](std::size_t block) {
      columns[block].resize(count);
      for (std::size_t i = 0; i < count; ++i)
        for (const std::string& value : found[block][i].all())
          columns[block][i].push_back(
              first[i] + static_cast<std::int32_t>(std::lower_bound(values_[i].begin(), values_[i].end(), value) -
                                                   values_[i].begin()));
    });
    const std::int64_t width = first.back();
    table.widen(width, width > 2 * static_cast<std::int64_t>(count), run_,
                [&](std::size_t block, const float* row, auto& wide) {
                  for (std::size_t i = 0; i < count; ++i) {
                    if (!nominal_[i]) wide.put(first[i], row[i]);
                    else if (row[i] >= 0) wide.put(columns[block][i][static_cast<std::size_t>(row[i])], 1);
                  }
                });
  }

  Dataset assembled(Table& table, const std::vector<LabelNames>& names) {
    std::vector<std::string> labels = plan_.label_names;
    if (plan_.lists) {
      std::vector<const LabelNames*> parts;
      for (const LabelNames& part : names) parts.push_back(&part);
      JoinedNames joined = join_names(parts);
      for (std::size_t i = 0; i < names.size(); ++i) table.block(i).labels.renumber(joined.new_ids[i]);
      if (labels.empty()) labels = std::move(joined.names);
    }
    const Truth rest = options_.unlisted_unknown ? Truth::unknown : Truth::absent;
    Dataset data = table.assemble(static_cast<LabelId>(labels.size()), rest, options_.impute, file_, run_);
    data.label_names = std::move(labels);
    for (std::size_t i = 0; i < plan_.features.size(); ++i) {
      if (!nominal_[i]) data.feature_names.push_back(plan_.features[i]);
      else
        for (const std::string& value : values_[i])
          data.feature_names.push_back(plan_.features[i] + "=" + value);
    }
    return data;
  }

  template <class Work>
  void each_block(Work&& work) const {
    parallel_blocks(run_, static_cast<std::int64_t>(blocks_.blocks.size()),
                    [&](std::int64_t i) { work(static_cast<std::size_t>(i)); });
  }

  Separator separator_;
  std::string_view file_;
  const ReadOptions& options_;
  const Run& run_;
  CsvPlan plan_;
  TextBlocks blocks_;
  std::vector<bool> nominal_;                     // per feature: its cells are words
  std::vector<std::vector<std::string>> values_;  // per feature: the words, sorted
};

Dataset read_table(const Source& source, Separator separator, const ReadOptions& options, const Run& run) {
  const Text text = source.whole();
  return TableReader(text.view, separator, source.path(), options, run).read();
}

}  // namespace

Dataset Csv::read(const Source& source, const ReadOptions& options, const Run& run) {
  return read_table(source, Separator::comma, options, run);
}

Dataset Tsv::read(const Source& source, const ReadOptions& options, const Run& run) {
  return read_table(source, Separator::tab, options, run);
}

}  // namespace tagma
