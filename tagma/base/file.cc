#include <tagma/base/file.h>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

namespace tagma {
namespace {

constexpr std::size_t buffer_size = 1 << 20;

[[noreturn]] void fail_io(const std::string& path, const char* doing) {
  fail(Code::io, "{}: cannot {}: {}", path, doing, std::strerror(errno));
}

}  // namespace

MappedFile::MappedFile(const std::string& path) : path_(path) {
  const int handle = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (handle < 0) fail_io(path, "open");
  struct ::stat about {};
  if (::fstat(handle, &about) != 0 || !S_ISREG(about.st_mode)) {
    if (S_ISDIR(about.st_mode)) errno = EISDIR;
    ::close(handle);
    fail_io(path, "read");
  }
  size_ = static_cast<std::size_t>(about.st_size);
  if (size_ > 0) {
    void* mapped = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, handle, 0);
    if (mapped == MAP_FAILED) {
      ::close(handle);
      fail_io(path, "map");
    }
    data_ = static_cast<const std::byte*>(mapped);
  }
  ::close(handle);
}

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
  std::size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t n = ::write(handle_, buffer_.data() + done, buffer_.size() - done);
    if (n < 0 && errno != EINTR) fail_io(path_, "write");
    if (n > 0) done += static_cast<std::size_t>(n);
  }
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

bool file_exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

void make_folder(const std::string& path) {
  std::error_code fault;
  std::filesystem::create_directories(path, fault);
  if (fault) fail(Code::io, "{}: cannot make the folder: {}", path, fault.message());
}

}  // namespace tagma
