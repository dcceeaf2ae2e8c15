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
    const std::size_t end = record_end(text, begin, separator);
    const std::string header(record_text(text.substr(begin, end - begin)));
    plan_ = plan_csv(header, separator, options, file, run);
    blocks_ = cut_records(text.substr(end),
                          std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(end), '\n') + 1,
                          separator, run);
    features_ = CsvFeatures(plan_.features.size());
  }

  Dataset read() {
    sample();
    for (;;) {  // once, and again whenever a column of numbers turns out to hold a word
      while (any_nominal() && !collect()) {
      }
      if (std::optional<Dataset> data = parse()) return std::move(*data);
    }
  }

 private:
  bool any_nominal() const {
    return std::find(features_.nominal.begin(), features_.nominal.end(), true) != features_.nominal.end();
  }

  // Looks at the first rows for columns that hold words, to spare a pass over all rows.
  void sample() {
    if (blocks_.blocks.empty()) return;
    const std::string_view text = blocks_.blocks.front().text;
    std::size_t end = 0;
    for (int rows = 0; rows < 100 && end < text.size(); ++rows) end = record_end(text, end, separator_);
    CsvRowParser parser(plan_, features_, options_, separator_, true);
    TableBlock block;
    parse_records({text.substr(0, end), blocks_.blocks.front().first_line}, separator_, file_, options_.skip_bad_rows,
                  block, [&](std::string_view record) { parser.parse(record, block); });
    features_.nominal = parser.found_nominal();
  }

  // Collects the values of nominal columns; false when further columns turned out to be nominal.
  bool collect() {
    std::vector<std::vector<bool>> found(blocks_.blocks.size());
    std::vector<std::vector<std::set<std::string, std::less<>>>> values(blocks_.blocks.size());
    features_.number();
    each_block([&](std::size_t i) {
      CsvRowParser parser(plan_, features_, options_, separator_, true);
      TableBlock block;  // sparse, and not kept
      parse_records(blocks_.blocks[i], separator_, file_, options_.skip_bad_rows, block,
                    [&](std::string_view record) { parser.parse(record, block); });
      found[i] = parser.found_nominal();
      values[i] = std::move(parser.values());
    });
    if (note_nominal(found)) return false;
    for (std::size_t feature = 0; feature < plan_.features.size(); ++feature) {
      std::set<std::string, std::less<>> all;
      for (auto& part : values) all.merge(part[feature]);
      features_.values[feature].assign(all.begin(), all.end());
      if (all.size() > 1000 && 2 * static_cast<std::int64_t>(all.size()) > blocks_.rows)
        run_.warn(fmt::format(
            "{}: the column {} has {} different values, each of which becomes a feature; --text-column keeps "
            "it as text, --ignore-columns leaves it out",
            file_, excerpt(plan_.features[feature]), all.size()));
    }
    features_.number();
    return true;
  }

  // Notes the columns that hold words; false when there are none that were not known.
  bool note_nominal(const std::vector<std::vector<bool>>& found) {
    bool more = false;
    for (const std::vector<bool>& part : found)
      for (std::size_t feature = 0; feature < part.size(); ++feature)
        if (part[feature]) features_.nominal[feature] = true, more = true;
    return more;
  }

  std::optional<Dataset> parse() {
    const auto count = static_cast<std::int64_t>(plan_.features.size());
    Table table(blocks_, features_.columns, features_.columns > 2 * count);
    std::vector<LabelNames> names(blocks_.blocks.size());
    std::vector<std::vector<bool>> found(blocks_.blocks.size());
    each_block([&](std::size_t i) {
      CsvRowParser parser(plan_, features_, options_, separator_, false);
      TableBlock& block = table.block(i);
      parse_records(blocks_.blocks[i], separator_, file_, options_.skip_bad_rows, block,
                    [&](std::string_view record) { parser.parse(record, block); });
      names[i] = parser.finish();
      found[i] = parser.found_nominal();
    });
    if (note_nominal(found)) return {};
    return assembled(table, names);
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
      if (!features_.nominal[i]) data.feature_names.push_back(plan_.features[i]);
      else
        for (const std::string& value : features_.values[i])
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
  CsvFeatures features_;
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
