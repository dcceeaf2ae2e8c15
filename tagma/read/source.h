// A data file as the readers see it: a name, and its bytes with any .gz, .zst or .bz2 packing taken off.
//
// Two ways to look at the bytes: whole() gives all of them at once (memory-mapped where the file is plain), Chunks
// gives pieces that end at line ends, in bounded memory, for files that may be larger than it.
// Errors: Error{io} when the file cannot be read, Error{bad_data} when its packing is damaged or ends early.
// Threads: a Source may be shared; Chunks belongs to one thread. A Source in memory must outlive its Chunks.
#pragma once

#include <tagma/read/place.h>
#include <tagma/base/unpack.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

// "data/train.svm.gz" taken apart: stem "data/train", ending "svm", packing gzip.
struct FileName {
  std::string stem, ending;  // the ending in lower case, without its dot
  Packing packing = Packing::none;
};
FileName parts_of(std::string_view path);

// All bytes of a source; `owner` keeps them alive.
struct Text {
  std::string_view view;
  std::shared_ptr<const void> owner;
};

class Source {
 public:
  explicit Source(std::string path) : path_(std::move(path)) {}         // opened when it is looked at
  Source(std::string name, std::string bytes) : path_(std::move(name)), bytes_(std::move(bytes)) {}  // in memory

  const std::string& path() const { return path_; }
  bool in_memory() const { return bytes_.has_value(); }
  Text whole() const;
  std::unique_ptr<ByteReader> open() const;
  std::int64_t packed_size() const;  // bytes on disk, or in memory

 private:
  std::string path_;
  std::optional<std::string> bytes_;
};

// The text without the byte order mark that some programs put first.
std::string_view without_mark(std::string_view text);

// A piece of a text: whole lines, each with its line end (the last line of a file may lack one).
struct Chunk {
  std::string text;
  std::int64_t first_line = 1;
};

class Chunks {
 public:
  // Pieces of about `size` bytes; longer where one line is. A line of more than 1 GiB is an error.
  explicit Chunks(const Source& source, std::size_t size = std::size_t{1} << 20);

  // Fills at most `count` chunks (their memory is used again); fewer mean the end. Returns how many.
  std::size_t next(std::vector<Chunk>& chunks, std::size_t count);

 private:
  bool next(Chunk& chunk);

  std::string path_;
  std::unique_ptr<ByteReader> reader_;
  std::size_t size_;
  std::string rest_;  // the beginning of the line that the previous chunk cut
  std::int64_t line_ = 1;
  bool first_ = true, done_ = false;
};

// Calls f(line, number) for every line of a text; the line comes without its line end ("\n" or "\r\n").
template <class F>
void each_line(std::string_view text, F&& f, std::int64_t first_line = 1) {
  for (std::int64_t number = first_line; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    f(line, number);
  }
}

}  // namespace tagma
