// Bytes as they come out of a file: plain, or unpacked from gzip, zstandard or bzip2 (several streams one behind the
// other are one text). Which of them follows from the file's name.
//
// Errors: Error{io} when the file cannot be read; Error{bad_data} naming the file when the packed data is damaged or
// ends early. Sizes written in a packed file are never trusted: memory grows with what really comes.
// Threads: one reader per thread.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tagma {

enum class Packing { none, gzip, zstd, bzip2 };

// By the ending of the name: .gz, .zst, .bz2.
Packing packing_of(std::string_view path);

class ByteReader {
 public:
  virtual ~ByteReader() = default;
  // Fills out[0, size) as far as there is data; fewer bytes than asked for means the end.
  virtual std::size_t read(char* out, std::size_t size) = 0;
};

// The unpacked bytes of a file.
std::unique_ptr<ByteReader> open_bytes(const std::string& path);
// The same for bytes in memory, which must outlive the reader; `name` stands for the path.
std::unique_ptr<ByteReader> open_bytes(const std::string& name, std::string_view bytes);

}  // namespace tagma
