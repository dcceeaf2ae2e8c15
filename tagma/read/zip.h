// Zip archives, as far as .npz files are: members stored or deflated, with or without the 64-bit extension.
//
// Source: PKWARE APPNOTE 6.3.
// Errors: Error{bad_data} naming the archive and the member: damaged or truncated, encrypted, another method. Sizes in
// the archive are checked against the bytes there are; unpacked members grow as they come.
#pragma once

#include <tagma/base/file.h>
#include <tagma/read/sink.h>
#include <tagma/read/source.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tagma {

class ZipArchive {
 public:
  // file: where the archive lies, if it is mapped: what was summed up of a member is let go of.
  ZipArchive(Text archive, std::string name, std::shared_ptr<const MappedFile> file = nullptr);

  std::vector<std::string> names() const;  // in the order of the directory
  bool has(std::string_view name) const { return find(name) != nullptr; }
  Text member(std::string_view name) const;  // stored members are views into the archive

 private:
  struct Member {
    std::string name;
    std::uint64_t packed = 0, unpacked = 0, offset = 0;
    std::uint32_t check = 0;  // CRC-32 of the unpacked bytes
    std::uint16_t method = 0, flags = 0;
  };
  const Member* find(std::string_view name) const;
  std::string_view bytes(std::uint64_t offset, std::uint64_t size, std::string_view what) const;
  std::uint32_t sum_of(std::string_view member) const;
  void read_directory();
  void read_wide_sizes(Member& member, std::string_view extra) const;
  [[noreturn]] void fail_damaged(std::string_view what) const;

  Text archive_;
  std::string name_;
  std::shared_ptr<const MappedFile> file_;
  std::vector<Member> members_;
};

// Writes members one by one, stored; with the 64-bit extension where sizes or places need it. A member's first byte stands at a
// multiple of 64, by an extra field of zeros in its local header, so that the arrays of a .npz file can be mapped.
class ZipWriter {
 public:
  explicit ZipWriter(Sink& sink) : sink_(sink) {}
  void add(const std::string& name, std::initializer_list<std::string_view> parts);  // the member is the parts in order
  void finish();  // writes the directory; the caller commits the sink

 private:
  Sink& sink_;
  std::uint64_t written_ = 0;
  std::string directory_;
  std::uint16_t count_ = 0;
};

}  // namespace tagma
