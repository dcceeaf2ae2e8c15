#include <tagma/read/arff.h>

#include <tagma/base/checked.h>
#include <tagma/base/parallel.h>
#include <tagma/read/arff_rows.h>

namespace tagma {
namespace {

constexpr std::int64_t most_defaults = std::int64_t{1} << 31;

bool first_row_sparse(std::string_view data) {
  const std::size_t end = data.find_first_not_of(" \t\r\n");
  if (end == std::string_view::npos || data[end] != '%') return end != std::string_view::npos && data[end] == '{';
  const std::size_t next = data.find('\n', end);
  return next != std::string_view::npos && first_row_sparse(data.substr(next + 1));
}

}  // namespace

Dataset Arff::read(const Source& source, const ReadOptions& options, const Run& run) {
  const Text text = source.whole();
  const ArffHeader header = parse_arff_header(text.view, source.path());
  ArffPlan plan = plan_arff(header, arff_labels(header, source, options, run), options, source.path());
  const TextBlocks blocks = cut_lines(header.data, header.data_line, is_arff_row, run);

  // A dense cell takes two bytes of text at least, so dense features never outgrow the file by much.
  const bool wide =
      plan.columns() > 2 * plan.feature_attributes ||
      checked_product(blocks.rows, plan.columns(), "rows x columns") > static_cast<std::int64_t>(2 * text.view.size());
  const bool sparse = wide || first_row_sparse(header.data);
  Table table(blocks, plan.columns(), sparse);
  const ArffRowParser parser(header, plan, options.impute);
  if (sparse)
    checked_product(blocks.rows, static_cast<std::int64_t>(parser.defaults()),
                    "rows x attributes whose first value is not 0", most_defaults);
  parallel_blocks(run, static_cast<std::int64_t>(blocks.blocks.size()), [&](std::int64_t i) {
    ArffRowParser mine = parser;
    TableBlock& block = table.block(static_cast<std::size_t>(i));
    parse_lines(blocks.blocks[static_cast<std::size_t>(i)], is_arff_row, source.path(), options.skip_bad_rows, block,
                [&](std::string_view row) { mine.parse(row, block); });
  });

  Dataset data =
      table.assemble(static_cast<LabelId>(plan.labels.names.size()), Truth::absent, options.impute, source.path(), run);
  data.feature_names = std::move(plan.feature_names);
  data.label_names = std::move(plan.labels.names);
  data.taxonomy = std::move(plan.labels.taxonomy);
  return data;
}

}  // namespace tagma
