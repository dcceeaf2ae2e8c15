#include <tagma/base/file.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tagma {
namespace {

constexpr std::size_t buffer_size = 1 << 20;

[[noreturn]] void fail_io(const std::string& path, const char* doing) {
  fail(Code::io, "{}: cannot {}: {}", path, doing, std::strerror(errno));
}

void write_all(int handle, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(handle, bytes.data(), bytes.size());
    if (n < 0 && errno != EINTR) fail_io(path, "write");
    if (n > 0) bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

constexpr std::size_t window = 2 << 20;  // what Linux maps around a page that is looked at: 64 KB, on 6.18 as much as a large folio

// madvise() for the pages of a part of what is mapped, and of `around` bytes on both sides; nothing for bytes of elsewhere.
void advise(std::span<const std::byte> mapped, std::span<const std::byte> part, int advice, std::size_t around) {
  const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = reinterpret_cast<std::uintptr_t>(mapped.data()), first = reinterpret_cast<std::uintptr_t>(part.data());
  if (mapped.empty() || first < begin || first - begin > mapped.size() || part.size() > mapped.size() - (first - begin)) return;
  const std::size_t from = (first - begin - std::min(around, first - begin)) / page * page;
  const std::size_t to = std::min(mapped.size(), first - begin + part.size() + around);
  ::madvise(const_cast<std::byte*>(mapped.data()) + from, to - from, advice);
}

// A new file in the folder of `beside` that has no name any more; `path` becomes the one it had, for messages.
int open_scratch(const std::string& beside, std::string& path) {
  const std::size_t folder = beside.find_last_of('/');
  path = (folder == std::string::npos ? std::string() : beside.substr(0, folder + 1)) + "tagma-scratch-XXXXXX";
  const int handle = ::mkostemp(path.data(), O_CLOEXEC);
  if (handle < 0) fail_io(path, "write");
  ::unlink(path.c_str());
  return handle;
}

}  // namespace

MappedFile::MappedFile(const std::string& path) : path_(path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) fail_io(path, "open");
  map(handle);
}

MappedFile::MappedFile(int handle, std::string path) : path_(std::move(path)) { map(handle); }

void MappedFile::map(int handle) {
  struct ::stat about {};
  if (::fstat(handle, &about) != 0 || !S_ISREG(about.st_mode)) {
    if (S_ISDIR(about.st_mode)) errno = EISDIR;
    ::close(handle);
    fail_io(path_, "read");
  }
  size_ = static_cast<std::size_t>(about.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, handle, 0);
    if (mapped == MAP_FAILED) {
      ::close(handle);
      fail_io(path_, "map");
    }
    data_ = static_cast<const std::byte*>(mapped);
  }
  ::close(handle);
}

void MappedFile::release(std::span<const std::byte> part) const { advise(bytes(), part, MADV_DONTNEED, window); }

void MappedFile::ask(std::span<const std::byte> part) const { advise(bytes(), part, MADV_WILLNEED, 0); }

void MappedFile::read_apart() const { advise(bytes(), bytes(), MADV_RANDOM, 0); }

MappedFile::~MappedFile() {
  if (data_) ::munmap(const_cast<std::byte*>(data_), size_);
}

// Renaming would put a file in the place of a device or pipe, so those are written to as they are, and in the place of a
// link instead of what it points to.
OutputFile::OutputFile(std::string path) : path_(std::move(path)) {
  struct ::stat about {};
  const bool exists = ::stat(path_.c_str(), &about) == 0;
  if (exists && S_ISDIR(about.st_mode)) {
    errno = EISDIR;
    fail_io(path_, "write");
  }
  buffer_.reserve(buffer_size);
  if (exists && !S_ISREG(about.st_mode)) return;  // opened when there is something to write
  std::error_code no_link;
  if (exists && std::filesystem::is_symlink(path_, no_link)) path_ = std::filesystem::canonical(path_).string();
  temporary_ = path_ + ".partial";
  handle_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (handle_ < 0) fail_io(path_, "write");
}

OutputFile::~OutputFile() {
  if (handle_ < 0) return;
  ::close(handle_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputFile::write(std::span<const std::byte> bytes) {
  written_ += bytes.size();
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() >= buffer_size) flush();
}

void OutputFile::flush() {
  if (handle_ < 0) handle_ = ::open(path_.c_str(), O_WRONLY | O_CLOEXEC);
  if (handle_ < 0) fail_io(path_, "write");
  write_all(handle_, buffer_, path_);
  buffer_.clear();
}

void OutputFile::commit() {
  flush();
  const int handle = std::exchange(handle_, -1);
  const bool renames = !temporary_.empty();
  if (::close(handle) != 0 || (renames && ::rename(temporary_.c_str(), path_.c_str()) != 0)) {
    const int reason = errno;
    if (renames) ::unlink(temporary_.c_str());
    errno = reason;
    fail_io(path_, "finish writing");
  }
}

ScratchFile::ScratchFile(const std::string& beside) {
  handle_ = open_scratch(beside, path_);
  buffer_.reserve(buffer_size);
}

ScratchFile::~ScratchFile() {
  if (handle_ >= 0) ::close(handle_);
}

void ScratchFile::write(std::span<const std::byte> bytes) {
  written_ += bytes.size();
  buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (buffer_.size() >= buffer_size) flush();
}

void ScratchFile::flush() {
  write_all(handle_, buffer_, path_);
  buffer_.clear();
}

std::shared_ptr<const MappedFile> ScratchFile::map() {
  flush();
  buffer_ = {};
  return std::make_shared<const MappedFile>(std::exchange(handle_, -1), path_);
}

// The room is taken at once: where the disk is full, an error says so here, not a signal at the first write to a page.
ScratchMemory::ScratchMemory(const std::string& beside, std::size_t size) : size_(size) {
  std::string path;
  const int handle = open_scratch(beside, path);
  const int fault = size > 0 ? ::posix_fallocate(handle, 0, static_cast<off_t>(size)) : 0;
  void* mapped = fault == 0 && size > 0 ? ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0) : nullptr;
  const int reason = fault != 0 ? fault : errno;
  ::close(handle);
  errno = reason;
  if (fault != 0) fail_io(path, "write");
  if (mapped == MAP_FAILED) fail_io(path, "map");
  data_ = static_cast<std::byte*>(mapped);
}

ScratchMemory::~ScratchMemory() {
  if (data_) ::munmap(data_, size_);
}

void ScratchMemory::release(std::span<const std::byte> part) const { advise(bytes(), part, MADV_DONTNEED, window); }

void ScratchMemory::ask(std::span<const std::byte> part) const { advise(bytes(), part, MADV_WILLNEED, 0); }

void ScratchMemory::read_apart() const { advise(bytes(), bytes(), MADV_RANDOM, 0); }

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void make_folder(const std::string& path) {
  std::error_code fault;
  std::filesystem::create_directories(path, fault);
  if (fault) fail(Code::io, "{}: cannot make the folder: {}", path, fault.message());
}

}  // namespace tagma
