#include <tagma/base/parallel.h>
#include <tagma/read/growing.h>
#include <tagma/read/name_files.h>
#include <tagma/read/svm.h>
#include <tagma/read/svm_rows.h>

#include <algorithm>
#include <optional>
#include <utility>

namespace tagma {
namespace {

constexpr std::size_t batch = 16;  // chunks that are parsed side by side
constexpr std::int64_t most_ids = INT32_MAX;

struct SparseArrays {
  Growing<std::int64_t> starts;
  Growing<std::int32_t> columns_of;
  Growing<float> values;
};

// Chunks so large that there are few turns, yet so small that a batch is little beside what is read.
std::size_t chunk_size(const Source& source) {
  return static_cast<std::size_t>(
      std::clamp(source.packed_size() / 1024, std::int64_t{1} << 15, std::int64_t{1} << 22));
}

struct Header {
  std::int64_t rows = 0, features = 0, labels = 0;
};

class SvmReader {
 public:
  SvmReader(const Source& source, const ReadOptions& options, const Run& run)
      : source_(source), options_(options), run_(run), arrays_(std::make_shared<SparseArrays>()),
        labels_(0, options.unlisted_unknown ? Truth::unknown : Truth::absent) {
    arrays_->starts.push(0);
  }

  // While the chunks of one batch are parsed, the next batch is read (and unpacked).
  Dataset read() {
    Chunks chunks(source_, chunk_size(source_));
    std::vector<Chunk> now, after;
    std::size_t count = chunks.next(now, batch), coming = 0;
    find_header(now, count);
    const SvmParser parser(source_.path(), limits(), options_.skip_bad_rows);
    blocks_.resize(count);
    for (; count > 0; count = coming, now.swap(after)) {
      parallel_blocks(run_, static_cast<std::int64_t>(count) + 1, [&](std::int64_t i) {
        if (i == 0)
          coming = chunks.next(after, batch);
        else
          parse(parser, now[static_cast<std::size_t>(i) - 1], blocks_[static_cast<std::size_t>(i) - 1]);
      });
      take(count);
      for (std::size_t i = 0; i < count; ++i) bytes_ += static_cast<std::int64_t>(now[i].text.size());
      reserve();
    }
    return finish();
  }

 private:
  // Looks for the header in the first line that says anything.
  void find_header(const std::vector<Chunk>& texts, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      const std::string_view text = texts[i].text;
      for (std::size_t begin = 0, line = 0; begin < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
        const std::string_view whole = text.substr(begin, end - begin);
        const std::size_t visible = whole.find_first_not_of(" \t\r\n");
        begin = end;
        if (visible == std::string_view::npos || whole[visible] == '#') continue;
        const std::vector<std::int64_t> numbers = svm_header(whole);
        header_line_ = texts[i].first_line + static_cast<std::int64_t>(line);
        if (numbers.size() == 3) {
          header_ = Header{numbers[0], numbers[1], numbers[2]};
          header_chunk_ = texts[i].first_line;
          header_end_ = end;
          check_header();
        }
        return;
      }
    }
  }

  void check_header() const {
    const std::int64_t largest = std::max(header_->features, header_->labels);
    if (largest > most_ids)
      fail_at({source_.path(), header_line_, 1},
              fmt::format("a header with {} features and {} labels", header_->features, header_->labels),
              fmt::format("at most {} of each", most_ids));
  }

  SvmLimits limits() {
    SvmLimits allowed;
    base_ = options_.index_base == IndexBase::one ? 1 : 0;
    detect_ = options_.index_base == IndexBase::detect && !header_;
    if (header_) {
      allowed.features_end = header_->features + base_;
      allowed.labels_end = header_->labels;
    }
    allowed.first_feature = base_;
    return allowed;
  }

  void parse(const SvmParser& parser, const Chunk& chunk, SvmBlock& block) const {
    const bool holds_header = header_ && chunk.first_line == header_chunk_;
    parser.parse(chunk, holds_header ? header_end_ : 0, holds_header ? header_line_ + 1 : chunk.first_line, block);
  }

  // Appends the rows of the first `count` blocks: the labels in one thread, meanwhile the features in the others.
  void take(std::size_t count) {
    std::vector<std::size_t> begins;
    for (std::size_t i = 0; i < count; ++i) {
      const SvmBlock& block = blocks_[i];
      const std::size_t before = arrays_->values.size();
      begins.push_back(before);
      for (std::size_t end : block.feature_ends) arrays_->starts.push(static_cast<std::int64_t>(before + end));
      arrays_->columns_of.extend(block.features);
      arrays_->values.extend(block.features);
      least_feature_ = std::min(least_feature_, block.least_feature);
      most_feature_ = std::max(most_feature_, block.most_feature);
      bad_.insert(bad_.end(), block.bad.begin(), block.bad.end());
    }
    parallel_blocks(run_, static_cast<std::int64_t>(count) + 1, [&](std::int64_t i) {
      if (i == 0) {
        for (std::size_t at = 0; at < count; ++at) take_labels(blocks_[at]);
        return;
      }
      const SvmBlock& block = blocks_[static_cast<std::size_t>(i) - 1];
      const std::size_t begin = begins[static_cast<std::size_t>(i) - 1];
      std::copy_n(block.columns.get(), block.features,
                  arrays_->columns_of.all().begin() + static_cast<std::ptrdiff_t>(begin));
      std::copy_n(block.values.get(), block.features,
                  arrays_->values.all().begin() + static_cast<std::ptrdiff_t>(begin));
    });
  }

  void take_labels(const SvmBlock& block) {
    labels_.grow(block.most_label + 1);
    const bool weak = labels_.rest() == Truth::unknown;
    for (std::size_t row = 0; row < block.lines.size(); ++row) {
      const auto cut = [row](const auto& all, const std::vector<std::size_t>& ends) {
        const std::size_t first = row == 0 ? 0 : ends[row - 1];
        return std::span(all).subspan(first, ends[row] - first);
      };
      labels_.add(cut(block.present, block.present_ends),
                  block.graded ? cut(block.grades, block.present_ends) : std::span<const float>{},
                  weak ? cut(block.absent, block.absent_ends) : cut(block.unknown, block.unknown_ends));
    }
    const std::int64_t over = header_ ? labels_.rows() - header_->rows : 0;
    if (over > 0)
      fail_at({source_.path(), block.lines[block.lines.size() - static_cast<std::size_t>(over)], 1}, "one row more",
              fmt::format("the {} rows that the header tells of", header_->rows));
  }

  // After the first batch, makes room for what the rest of the file is likely to hold.
  void reserve() {
    if (reserved_ || packing_of(source_.path()) != Packing::none || bytes_ == 0) return;
    reserved_ = true;
    const double scale = 1.02 * static_cast<double>(source_.packed_size()) / static_cast<double>(bytes_);
    const auto likely = [scale](std::int64_t found) {
      return static_cast<std::int64_t>(static_cast<double>(found) * scale) + 1024;
    };
    labels_.reserve(likely(labels_.rows()), likely(labels_.present_count()));
  }

  Dataset finish() {
    Dataset data;
    warn_of(bad_, source_.path(), run_);
    const auto rows = labels_.rows();
    if (header_ && rows + static_cast<std::int64_t>(bad_.size()) < header_->rows)
      fail(Code::bad_data,
           "{}: found {} rows, allowed the {} rows that the header tells of; correct the header, or is the file cut off? "
           "(an empty line is no row: a row without labels and features is a line with one blank)",
           source_.path(), rows, header_->rows);
    if (detect_ && least_feature_ > 0) base_ = 1;
    if (base_ == 1)
      for (std::int32_t& column : arrays_->columns_of.all()) --column;
    std::int64_t columns = header_ ? header_->features : std::max<std::int64_t>(most_feature_ + 1 - base_, 0);
    if (header_) labels_.grow(static_cast<LabelId>(header_->labels));
    if (!source_.in_memory()) {
      data.label_names = names("labels", labels_.labels());
      data.feature_names = names("features", columns);
      labels_.grow(static_cast<LabelId>(data.label_names.size()));
      columns = std::max(columns, static_cast<std::int64_t>(data.feature_names.size()));
    }
    arrays_->starts.give_back_spare();
    arrays_->columns_of.give_back_spare();
    arrays_->values.give_back_spare();
    const SparseArrays& parts = *arrays_;
    data.features =
        FeatureMatrix(CsrView{parts.starts.all(), parts.columns_of.all(), parts.values.all(), columns}, arrays_);
    data.labels = std::move(labels_);
    return data;
  }

  std::vector<std::string> names(std::string_view part, std::int64_t count) const {
    const std::string file = names_file(source_.path(), part);
    if (file.empty()) return {};
    std::vector<std::string> found = read_names(Source(file));
    const auto size = static_cast<std::int64_t>(found.size());
    if (header_ ? size != count : size < count || size > most_ids)
      fail(Code::bad_data, "{}: found {} names, allowed {}{} for the {} of {}", file, size, header_ ? "" : "at least ",
           count, part, source_.path());
    return found;
  }

  const Source& source_;
  const ReadOptions& options_;
  const Run& run_;
  std::shared_ptr<SparseArrays> arrays_;
  LabelMatrix labels_;
  std::vector<SvmBlock> blocks_;
  std::optional<Header> header_;
  std::int64_t header_line_ = 0, header_chunk_ = 0;  // its line, and the first line of its chunk
  std::size_t header_end_ = 0;                       // the byte behind it in that chunk
  std::int32_t base_ = 0, least_feature_ = INT32_MAX, most_feature_ = -1;
  bool detect_ = false, reserved_ = false;
  std::int64_t bytes_ = 0;  // of text read so far
  std::vector<BadRow> bad_;
};

}  // namespace

Dataset Svm::read(const Source& source, const ReadOptions& options, const Run& run) {
  return SvmReader(source, options, run).read();
}

}  // namespace tagma
