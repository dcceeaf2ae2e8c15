#include <tagma/read/jsonl.h>

#include <tagma/base/parallel.h>
#include <tagma/base/text.h>
#include <tagma/read/jsonl_rows.h>

#include <algorithm>
#include <iterator>

namespace tagma {
namespace {

bool has_bytes(std::string_view line) { return line.find_first_not_of(" \t\r") != std::string_view::npos; }

// What all rows have in common, from the first row that can be read.
JsonlLayout first_layout(const TextBlocks& text, const ReadOptions& options) {
  for (const TextBlock& block : text.blocks)
    for (std::string_view left = block.text; !left.empty();) {
      const std::string_view line = left.substr(0, left.find('\n'));
      left.remove_prefix(std::min(line.size() + 1, left.size()));
      if (!has_bytes(line)) continue;
      JsonlRowParser parser({}, options);
      JsonlBlock row;
      try {
        parser.parse(line, row);
      } catch (const RowFault&) {
        if (options.skip_bad_rows) continue;
        return {};  // the rows are read once more, where the fault is given its line
      }
      return parser.layout();
    }
  return {};
}

class Joiner {
 public:
  Joiner(std::vector<JsonlBlock>& blocks, JsonlLayout layout, const ReadOptions& options, const Run& run)
      : blocks_(blocks), layout_(layout), options_(options), run_(run) {
    for (const JsonlBlock& block : blocks) rows_ += static_cast<std::int64_t>(block.rows());
  }

  Dataset join() {
    labels();
    if (layout_.features == JsonlLayout::Features::list) dense();
    if (layout_.features == JsonlLayout::Features::object) sparse();
    data_.texts = part(&JsonlBlock::texts, {});
    data_.images = part(&JsonlBlock::images, {});
    data_.groups = part(&JsonlBlock::groups, {});
    data_.weights = part(&JsonlBlock::weights, 1.f);
    return std::move(data_);
  }

 private:
  bool missing() const {
    return std::any_of(blocks_.begin(), blocks_.end(), [](const JsonlBlock& block) { return block.missing; });
  }

  // One entry per row, `standard` where a row says nothing; nothing at all when no row says something.
  template <class Item>
  std::vector<Item> part(std::vector<Item> JsonlBlock::*member, Item standard) {
    std::vector<Item> all;
    if (std::all_of(blocks_.begin(), blocks_.end(), [&](const JsonlBlock& block) { return (block.*member).empty(); }))
      return all;
    all.reserve(static_cast<std::size_t>(rows_));
    for (JsonlBlock& block : blocks_) {
      std::vector<Item>& items = block.*member;
      items.resize(block.rows(), standard);
      all.insert(all.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
      std::vector<Item>().swap(items);
    }
    return all;
  }

  void labels() {
    std::vector<const LabelNames*> parts, voters;
    std::vector<const LabelRows*> rows;
    for (JsonlBlock& block : blocks_) {
      parts.push_back(&block.row_labels.finish());
      voters.push_back(&block.annotators);
      rows.push_back(&block.labels);
    }
    JoinedNames names = join_names(parts), annotators = join_names(voters);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      blocks_[i].labels.renumber(names.new_ids[i]);
      for (std::vector<Vote>& votes : blocks_[i].votes)
        for (Vote& vote : votes) {
          vote.by = annotators.new_ids[i][static_cast<std::size_t>(vote.by)];
          for (LabelId& id : vote.labels) id = names.new_ids[i][static_cast<std::size_t>(id)];
          std::sort(vote.labels.begin(), vote.labels.end());
        }
    }
    data_.votes.rows = part(&JsonlBlock::votes, {});
    data_.votes.annotators = std::move(annotators.names);
    data_.labels = join_labels(rows, static_cast<LabelId>(names.names.size()),
                               options_.unlisted_unknown ? Truth::unknown : Truth::absent);
    data_.label_names = std::move(names.names);
  }

  void dense() {
    std::vector<float> all;
    all.reserve(static_cast<std::size_t>(rows_ * layout_.width));
    for (JsonlBlock& block : blocks_) {
      all.insert(all.end(), block.dense.begin(), block.dense.end());
      std::vector<float>().swap(block.dense);
    }
    if (missing() && options_.impute == Impute::mean) impute_means(all, layout_.width, run_);
    if (layout_.width > 0) data_.features = FeatureMatrix(DenseArrays{std::move(all)}, rows_, layout_.width);
  }

  void sparse() {
    std::int64_t columns = 0;
    std::vector<FeatureRows*> parts;
    if (std::any_of(blocks_.begin(), blocks_.end(), [](const JsonlBlock& block) { return block.keys_are_names; })) {
      std::vector<const LabelNames*> keys;
      for (JsonlBlock& block : blocks_) {
        block.name_keys();
        keys.push_back(&block.keys);
      }
      JoinedNames names = join_names(keys);
      for (std::size_t i = 0; i < blocks_.size(); ++i)
        blocks_[i].sparse.renumber([&](std::int32_t id) { return names.new_ids[i][static_cast<std::size_t>(id)]; });
      columns = static_cast<std::int64_t>(names.names.size());
      data_.feature_names = std::move(names.names);
    } else {
      for (const JsonlBlock& block : blocks_) columns = std::max<std::int64_t>(columns, block.columns);
    }
    for (JsonlBlock& block : blocks_) parts.push_back(&block.sparse);
    CsrArrays joined = join_sparse(parts);
    if (missing() && options_.impute == Impute::mean) impute_means(joined);
    if (columns > 0) data_.features = FeatureMatrix(std::move(joined), columns);
  }

  std::vector<JsonlBlock>& blocks_;
  JsonlLayout layout_;
  const ReadOptions& options_;
  const Run& run_;
  std::int64_t rows_ = 0;
  Dataset data_;
};

}  // namespace

Dataset Jsonl::read(const Source& source, const ReadOptions& options, const Run& run) {
  const Text text = source.whole();
  const TextBlocks lines = cut_lines(without_mark(text.view), 1, has_bytes, run);
  const JsonlLayout layout = first_layout(lines, options);
  RowLabels start;
  if (!options.labels.empty()) {
    std::vector<std::string> names;
    for (std::string_view name : split(options.labels, ',')) names.emplace_back(trimmed(name));
    start = RowLabels(LabelNames(std::move(names)));
  }
  std::vector<JsonlBlock> blocks(lines.blocks.size());
  for (JsonlBlock& block : blocks) block.row_labels = start;
  parallel_blocks(run, static_cast<std::int64_t>(blocks.size()), [&](std::int64_t i) {
    JsonlBlock& block = blocks[static_cast<std::size_t>(i)];
    JsonlRowParser parser(layout, options);
    parse_lines(lines.blocks[static_cast<std::size_t>(i)], has_bytes, source.path(), options.skip_bad_rows, block,
                [&](std::string_view row) { parser.parse(row, block); });
  });
  std::vector<BadRow> bad;
  for (JsonlBlock& block : blocks) bad.insert(bad.end(), block.bad.begin(), block.bad.end());
  warn_of(bad, source.path(), run);
  return Joiner(blocks, layout, options, run).join();
}

}  // namespace tagma
