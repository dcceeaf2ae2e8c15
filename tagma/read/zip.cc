#include <tagma/read/zip.h>

#include <tagma/base/text.h>

#include <zlib.h>

#include <algorithm>
#include <utility>

namespace tagma {
namespace {

constexpr std::string_view local_mark = "PK\x03\x04", entry_mark = "PK\x01\x02", end_mark = "PK\x05\x06",
                           wide_end_mark = "PK\x06\x06", wide_locator_mark = "PK\x06\x07";
constexpr std::size_t local_size = 30, entry_size = 46, end_size = 22, wide_end_size = 56, wide_locator_size = 20;
constexpr std::uint64_t narrow_limit = 0xffffffff;

// The little-endian number of `size` bytes at `offset`.
std::uint64_t number(std::string_view bytes, std::size_t offset, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[offset + i]);
  return value;
}

void put(std::string& out, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

std::uint32_t check_sum(std::uint32_t sum, std::string_view bytes) {
  return static_cast<std::uint32_t>(crc32_z(sum, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Raw deflate. False when the data is damaged or is not exactly `size` bytes unpacked.
bool inflate_member(std::string_view packed, std::uint64_t size, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) throw std::bad_alloc();
  constexpr std::size_t step = std::size_t{1} << 22;
  int result = Z_OK;
  while (result == Z_OK || result == Z_BUF_ERROR) {
    if (stream.avail_in == 0) {
      const std::size_t more = std::min(packed.size(), std::size_t{1} << 30);
      stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
      stream.avail_in = static_cast<uInt>(more);
      packed.remove_prefix(more);
    }
    const std::size_t before = out.size(),
                      room = std::min<std::size_t>(std::max(step, before / 2), std::size_t{1} << 30);
    if (before > size) break;
    out.resize(before + std::min<std::size_t>(room, size - before + 1));
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(out.size() - before);
    result = inflate(&stream, Z_NO_FLUSH);
    const bool stuck = stream.avail_in == 0 && packed.empty() && stream.avail_out > 0;
    out.resize(out.size() - stream.avail_out);
    if (stuck && result != Z_STREAM_END) break;
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && out.size() == size;
}

}  // namespace

ZipArchive::ZipArchive(Text archive, std::string name, std::shared_ptr<const MappedFile> file)
    : archive_(std::move(archive)), name_(std::move(name)), file_(std::move(file)) {
  read_directory();
}

void ZipArchive::fail_damaged(std::string_view what) const {
  fail(Code::bad_data, "{}: damaged or truncated zip archive: {}", name_, what);
}

std::string_view ZipArchive::bytes(std::uint64_t offset, std::uint64_t size, std::string_view what) const {
  const std::uint64_t held = archive_.view.size();
  if (offset > held || size > held - offset) fail_damaged(fmt::format("{} lies beyond the end of the file", what));
  return archive_.view.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(size));
}

void ZipArchive::read_directory() {
  if (!archive_.view.starts_with(local_mark) && !archive_.view.starts_with(end_mark))
    fail(Code::bad_data, "{}: not a zip archive (.npz)", name_);
  const std::size_t end = archive_.view.rfind(end_mark);
  if (end == std::string_view::npos) fail_damaged("it has no directory");
  const std::string_view tail = bytes(end, end_size, "the end of the directory");
  std::uint64_t count = number(tail, 10, 2), size = number(tail, 12, 4), offset = number(tail, 16, 4);
  if (end >= wide_locator_size && archive_.view.substr(end - wide_locator_size).starts_with(wide_locator_mark)) {
    const std::uint64_t at = number(archive_.view, end - wide_locator_size + 8, 8);
    const std::string_view wide = bytes(at, wide_end_size, "the 64-bit directory");
    if (!wide.starts_with(wide_end_mark)) fail_damaged("the 64-bit directory is not where it should be");
    count = number(wide, 32, 8), size = number(wide, 40, 8), offset = number(wide, 48, 8);
  }
  std::string_view directory = bytes(offset, size, "the directory");
  for (std::uint64_t i = 0; i < count; ++i) {
    if (directory.size() < entry_size || !directory.starts_with(entry_mark)) fail_damaged("its directory ends early");
    const std::size_t name_size = number(directory, 28, 2), extra = number(directory, 30, 2),
                      comment = number(directory, 32, 2);
    if (directory.size() - entry_size < name_size + extra + comment) fail_damaged("its directory ends early");
    Member member;
    member.flags = static_cast<std::uint16_t>(number(directory, 8, 2));
    member.method = static_cast<std::uint16_t>(number(directory, 10, 2));
    member.check = static_cast<std::uint32_t>(number(directory, 16, 4));
    member.packed = number(directory, 20, 4);
    member.unpacked = number(directory, 24, 4);
    member.offset = number(directory, 42, 4);
    member.name = directory.substr(entry_size, name_size);
    read_wide_sizes(member, directory.substr(entry_size + name_size, extra));
    members_.push_back(std::move(member));
    directory.remove_prefix(entry_size + name_size + extra + comment);
  }
}

void ZipArchive::read_wide_sizes(Member& member, std::string_view extra) const {
  while (extra.size() >= 4) {
    const std::uint64_t kind = number(extra, 0, 2), size = number(extra, 2, 2);
    if (size > extra.size() - 4) return;
    std::string_view wide = extra.substr(4, size);
    extra.remove_prefix(4 + size);
    if (kind != 1) continue;
    for (std::uint64_t* field : {&member.unpacked, &member.packed, &member.offset}) {
      if (*field != narrow_limit) continue;
      if (wide.size() < 8) fail_damaged(fmt::format("the 64-bit sizes of {} are missing", member.name));
      *field = number(wide, 0, 8);
      wide.remove_prefix(8);
    }
  }
}

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> list;
  for (const Member& member : members_) list.push_back(member.name);
  return list;
}

const ZipArchive::Member* ZipArchive::find(std::string_view name) const {
  const auto at =
      std::find_if(members_.begin(), members_.end(), [&](const Member& member) { return member.name == name; });
  return at == members_.end() ? nullptr : &*at;
}

std::uint32_t ZipArchive::sum_of(std::string_view member) const {
  constexpr std::size_t piece = std::size_t{4} << 20;
  std::uint32_t sum = 0;
  for (std::size_t first = 0; first < member.size(); first += piece) {
    const std::string_view part = member.substr(first, piece);
    sum = check_sum(sum, part);
    if (file_) file_->release(std::as_bytes(std::span(part)));
  }
  return sum;
}

Text ZipArchive::member(std::string_view name) const {
  const Member* const found = find(name);
  if (!found) {
    const std::vector<std::string> held = names();
    const std::vector<std::string_view> list(held.begin(), held.end());
    fail(Code::bad_data, "{}: no member '{}'; it holds: {}", name_, name, joined(list));
  }
  if (found->flags & 1) fail(Code::bad_data, "{}: {} is encrypted", name_, name);
  if (found->method != 0 && found->method != 8)
    fail(Code::bad_data, "{}: {} is packed by method {}, allowed 0 (stored) and 8 (deflated)", name_, name,
         found->method);
  const std::string_view local = bytes(found->offset, local_size, name);
  if (!local.starts_with(local_mark)) fail_damaged(fmt::format("{} is not where the directory says", name));
  const std::uint64_t begin = found->offset + local_size + number(local, 26, 2) + number(local, 28, 2);
  const std::string_view packed = bytes(begin, found->packed, name);
  Text text{packed, archive_.owner};
  if (found->method == 8) {
    auto unpacked = std::make_shared<std::string>();
    if (!inflate_member(packed, found->unpacked, *unpacked)) fail_damaged(fmt::format("{} cannot be unpacked", name));
    text = {*unpacked, unpacked};
  }
  if (text.view.size() != found->unpacked || sum_of(text.view) != found->check)
    fail_damaged(fmt::format("the check sum of {} is wrong", name));
  return text;
}

namespace {

constexpr std::uint64_t narrow(std::uint64_t value) { return std::min(value, narrow_limit); }

// An extra field: its kind, its size, its 64-bit numbers.
std::string wide_field(std::initializer_list<std::uint64_t> numbers) {
  std::string field;
  put(field, 1, 2), put(field, 8 * numbers.size(), 2);
  for (const std::uint64_t number : numbers) put(field, number, 8);
  return field;
}

// Zeros that take the first byte after it to a multiple of 64, as a field of the kind that zipalign writes.
std::string padding(std::uint64_t end_of_header) {
  constexpr std::uint64_t alignment = 64, kind = 0xd935, head = 4;
  const std::uint64_t zeros = (alignment - (end_of_header + head) % alignment) % alignment;
  std::string field;
  put(field, kind, 2), put(field, zeros, 2);
  return field + std::string(zeros, '\0');
}

}  // namespace

void ZipWriter::add(const std::string& name, std::initializer_list<std::string_view> parts) {
  std::uint64_t size = 0;
  std::uint32_t check = 0;
  for (std::string_view part : parts) size += part.size(), check = check_sum(check, part);
  const bool wide = size >= narrow_limit, far = written_ >= narrow_limit;
  const std::uint64_t version = wide || far ? 45 : 20;
  std::string about;  // what the local header and the directory entry share
  put(about, version, 2), put(about, 0, 2), put(about, 0, 2), put(about, 0, 2),
      put(about, 0x21, 2);  // stored, 1 January 1980
  put(about, check, 4), put(about, narrow(size), 4), put(about, narrow(size), 4), put(about, name.size(), 2);
  std::string local_extra = wide ? wide_field({size, size}) : std::string(), extra;
  if (wide && far) extra = wide_field({size, size, written_});
  else if (wide) extra = local_extra;
  else if (far) extra = wide_field({written_});
  local_extra += padding(written_ + local_size + name.size() + local_extra.size());
  directory_ += entry_mark;
  put(directory_, version, 2);
  directory_ += about;
  put(directory_, extra.size(), 2), put(directory_, 0, 2), put(directory_, 0, 2), put(directory_, 0, 2), put(directory_, 0, 4),
      put(directory_, far ? narrow_limit : written_, 4);
  directory_ += name + extra;
  std::string head = std::string(local_mark) + about;
  put(head, local_extra.size(), 2);
  head += name + local_extra;
  sink_.write(head);
  for (std::string_view part : parts) sink_.write(part);
  written_ += head.size() + size;
  ++count_;
}

void ZipWriter::finish() {
  std::string tail;
  const bool far = written_ >= narrow_limit || directory_.size() >= narrow_limit;
  if (far) {
    tail += wide_end_mark;
    put(tail, wide_end_size - 12, 8), put(tail, 45, 2), put(tail, 45, 2), put(tail, 0, 4), put(tail, 0, 4);
    put(tail, count_, 8), put(tail, count_, 8), put(tail, directory_.size(), 8), put(tail, written_, 8);
    tail += wide_locator_mark;
    put(tail, 0, 4), put(tail, written_ + directory_.size(), 8), put(tail, 1, 4);
  }
  tail += end_mark;
  put(tail, 0, 2), put(tail, 0, 2), put(tail, count_, 2), put(tail, count_, 2);
  put(tail, far ? narrow_limit : directory_.size(), 4), put(tail, far ? narrow_limit : written_, 4), put(tail, 0, 2);
  sink_.write(directory_);
  sink_.write(tail);
}

}  // namespace tagma
