// Whole files in and out.
//
// MappedFile: the bytes of a file, memory-mapped, read-only; lives as long as the object (hand it on as keep-alive).
// ScratchFile: a working file beside an output, written from the front and then mapped. It has no name, so nothing of it stays
// behind however the program ends.
// ScratchMemory: bytes that lie in such a file, mapped to be read and written. Room on the disk is taken when it is made.
// OutputFile: written beside its target under a temporary name and renamed by commit(), so that a file appears whole or
// not at all; without commit() the destructor removes it. A device or pipe is written to as it is.
// Errors: Error{io} naming the path and the system's reason.
#pragma once

#include <tagma/base/error.h>

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace tagma {

class MappedFile {
 public:
  explicit MappedFile(const std::string& path);
  MappedFile(int handle, std::string path);  // of an open file; the handle is taken over, `path` stands in messages
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  std::string_view text() const { return {reinterpret_cast<const char*>(data_), size_}; }
  const std::string& path() const { return path_; }

  // Lets the memory behind a part of bytes() go; looking at it again reads the file again. Nothing for bytes of elsewhere.
  void release(std::span<const std::byte> part) const;
  // Has a part of bytes() read into the memory of the system, without waiting for it. Nothing for bytes of elsewhere.
  void ask(std::span<const std::byte> part) const;
  // From now on a page that is looked at is read alone, without what the system thinks will be wanted next.
  void read_apart() const;

 private:
  void map(int handle);

  std::string path_;
  const std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

class OutputFile {
 public:
  explicit OutputFile(std::string path);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  void write(std::span<const std::byte> bytes);
  void write(std::string_view text) { write(std::as_bytes(std::span(text))); }
  std::size_t written() const { return written_; }
  void commit();  // flushes, closes and renames; nothing may be written after it

 private:
  void flush();

  std::string path_, temporary_, buffer_;
  std::size_t written_ = 0;
  int handle_ = -1;
};

class ScratchFile {
 public:
  explicit ScratchFile(const std::string& beside);  // in the folder of that path
  ~ScratchFile();
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  void write(std::span<const std::byte> bytes);
  std::size_t written() const { return written_; }
  std::shared_ptr<const MappedFile> map();  // what was written; nothing may be written after it

 private:
  void flush();

  std::string path_, buffer_;
  std::size_t written_ = 0;
  int handle_ = -1;
};

class ScratchMemory {
 public:
  ScratchMemory(const std::string& beside, std::size_t size);  // zeros
  ~ScratchMemory();
  ScratchMemory(const ScratchMemory&) = delete;
  ScratchMemory& operator=(const ScratchMemory&) = delete;

  std::span<std::byte> bytes() const { return {data_, size_}; }
  void read_apart() const;                              // these as of a MappedFile
  void release(std::span<const std::byte> part) const;  // what was written stays
  void ask(std::span<const std::byte> part) const;

 private:
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
};

bool file_exists(const std::string& path);
void make_folder(const std::string& path);  // and its parents

}  // namespace tagma
