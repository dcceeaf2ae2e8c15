// Any bytes as X.npz+Y.npz, mapped from files as they are in earnest. The first byte chooses options, the next two say where X ends and Y
// begins. Check sums of stored members that do not fit are put right first, so that what lies behind them is reached too.
#include "read_fuzz.h"

#include <tagma/read/npy.h>

#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace {

using namespace tagma;

std::uint64_t number(const std::string& bytes, std::size_t at, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Of every directory entry whose member is stored and lies in the archive.
void put_sums_right(std::string& archive) {
  constexpr std::size_t entry_size = 46, local_size = 30;
  for (std::size_t entry = archive.find("PK\x01\x02"); entry != std::string::npos && archive.size() - entry >= entry_size;
       entry = archive.find("PK\x01\x02", entry + 4)) {
    const std::uint64_t offset = number(archive, entry + 42, 4), size = number(archive, entry + 20, 4);
    if (number(archive, entry + 10, 2) != 0 || offset + local_size > archive.size()) continue;
    const std::uint64_t begin = offset + local_size + number(archive, offset + 26, 2) + number(archive, offset + 28, 2);
    if (begin > archive.size() || size > archive.size() - begin) continue;
    const auto sum = static_cast<std::uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(archive.data()) + begin, size));
    std::memcpy(archive.data() + entry + 16, &sum, sizeof(sum));
  }
}

// A folder of this process that goes with it.
struct Folder {
  std::string path = (std::filesystem::temp_directory_path() / ("tagma-fuzz-" + std::to_string(getpid()))).string();
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string put(const char* name, std::string bytes) const {
    put_sums_right(bytes);
    const std::string file = path + "/" + name;
    std::remove(file.c_str());  // a new one: what was mapped before keeps its bytes
    std::ofstream(file, std::ios::binary) << bytes;
    return file;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Folder folder;
  FuzzInput input(data, size);
  if (input.file.size() < 2) return 0;
  input.options.unlisted_unknown = input.bit(4);
  const std::size_t cut = 2 + std::min<std::size_t>(number(input.file, 0, 2), input.file.size() - 2);
  const std::string x = folder.put("X.npz", input.file.substr(2, cut - 2)), y = folder.put("Y.npz", input.file.substr(cut));
  try {
    const Dataset read = Npz::read(Source(x + "+" + y), input.options, {});
    read.check();
    const FeatureMatrix& features = read.features;
    if (features.sparse()) {
      const CsrView& view = features.csr_view();
      for (const std::int32_t column : view.columns_of)
        if (column < 0 || column >= features.columns()) std::abort();
      for (const float value : view.values)
        if (!std::isfinite(value)) std::abort();
      features.release(0, features.rows());
    }
    for (std::int64_t r = 0; r < read.rows(); ++r)
      for (const LabelId label : read.labels[r].present)
        if (label < 0 || label >= read.labels.labels()) std::abort();
  } catch (const Error&) {
  }
  return 0;
}
