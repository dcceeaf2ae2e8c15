// A file that is being written, packed as its name says (.gz, .zst, .bz2); it appears whole at commit(), or not at all.
//
// Errors: Error{io} naming the path.
#pragma once

#include <tagma/base/file.h>
#include <tagma/base/unpack.h>

#include <memory>
#include <string>
#include <string_view>

namespace tagma {

class Packer {
 public:
  virtual ~Packer() = default;
  // Packs `text` and writes what is ready to `file`; `last` closes the packed stream.
  virtual void write(OutputFile& file, std::string_view text, bool last) = 0;
};
std::unique_ptr<Packer> make_packer(Packing packing);  // null for Packing::none

class Sink {
 public:
  explicit Sink(const std::string& path) : path_(path), file_(path), packer_(make_packer(packing_of(path))) {}

  const std::string& path() const { return path_; }
  void write(std::string_view text);
  void commit();  // nothing may be written after it

 private:
  std::string path_;
  OutputFile file_;
  std::unique_ptr<Packer> packer_;
};

}  // namespace tagma
