#include <tagma/read/source.h>

#include <tagma/base/file.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace tagma {
namespace {

constexpr std::size_t longest_line = std::size_t{1} << 30;

std::int64_t count_lines(std::string_view text) {
  std::int64_t lines = 0;
  while (const void* end = text.empty() ? nullptr : std::memchr(text.data(), '\n', text.size())) {
    text.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) + 1);
    ++lines;
  }
  return lines;
}

}  // namespace

FileName parts_of(std::string_view path) {
  FileName name;
  name.packing = packing_of(path);
  if (name.packing != Packing::none) path.remove_suffix(path.size() - path.rfind('.'));
  const std::size_t dot = path.rfind('.'), slash = path.rfind('/');
  if (dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash)) {
    name.ending = path.substr(dot + 1);
    path = path.substr(0, dot);
  }
  std::transform(name.ending.begin(), name.ending.end(), name.ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  name.stem = path;
  return name;
}

std::string_view without_mark(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  return text;
}

std::unique_ptr<ByteReader> Source::open() const { return bytes_ ? open_bytes(path_, *bytes_) : open_bytes(path_); }

std::int64_t Source::packed_size() const {
  return static_cast<std::int64_t>(bytes_ ? bytes_->size() : MappedFile(path_).bytes().size());
}

Text Source::whole() const {
  if (packing_of(path_) == Packing::none) {
    if (bytes_) {
      auto copy = std::make_shared<const std::string>(*bytes_);
      return {*copy, copy};
    }
    auto mapped = std::make_shared<const MappedFile>(path_);
    return {mapped->text(), mapped};
  }
  const std::unique_ptr<ByteReader> reader = open();
  auto text = std::make_shared<std::string>();
  for (std::size_t step = std::size_t{1} << 20;; step = std::max(step, text->size() / 2)) {
    const std::size_t before = text->size();
    text->resize(before + step);
    const std::size_t got = reader->read(text->data() + before, step);
    text->resize(before + got);
    if (got < step) break;
  }
  return {*text, text};
}

Chunks::Chunks(const Source& source, std::size_t size)
    : path_(source.path()), reader_(source.open()), size_(std::max<std::size_t>(size, 16)) {}

std::size_t Chunks::next(std::vector<Chunk>& chunks, std::size_t count) {
  if (chunks.size() < count) chunks.resize(count);
  std::size_t filled = 0;
  while (filled < count && next(chunks[filled])) ++filled;
  return filled;
}

bool Chunks::next(Chunk& chunk) {
  chunk.text.swap(rest_);
  rest_.clear();
  chunk.first_line = line_;
  std::size_t end = std::string::npos;
  for (std::size_t step = size_; !done_ && end == std::string::npos; step *= 2) {
    const std::size_t before = chunk.text.size();
    if (before > longest_line)
      fail_at({path_, line_, 1}, "a line longer than 1 GiB", "lines of up to 1 GiB; is this a text file?");
    chunk.text.resize(before + step);
    const std::size_t got = reader_->read(chunk.text.data() + before, step);
    chunk.text.resize(before + got);
    done_ = got < step;
    if (first_) {
      chunk.text.erase(0, chunk.text.size() - without_mark(chunk.text).size());
      first_ = false;
    }
    end = chunk.text.rfind('\n');
  }
  if (!done_ && end != std::string::npos) {
    rest_.assign(chunk.text, end + 1);
    chunk.text.resize(end + 1);
  }
  line_ += count_lines(chunk.text);
  return !chunk.text.empty();
}

}  // namespace tagma
