#include "read_fuzz.h"

#include <array>
#include <vector>

// Damaged gzip, zstandard and bzip2: all at once, and in chunks, must say the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tagma;
  constexpr std::array<const char*, 4> names{"fuzz.gz", "fuzz.zst", "fuzz.bz2", "fuzz"};
  constexpr std::size_t most = std::size_t{1} << 20;
  const FuzzInput input(data, size);
  const Source source(names[input.choice % 4], input.file);
  try {
    const std::unique_ptr<ByteReader> reader = source.open();  // a few bytes may unpack to gigabytes: not here
    static std::vector<char> some(most);
    if (reader->read(some.data(), most) == most) return 0;
  } catch (const Error&) {
  }
  std::string whole, pieces;
  bool broken_whole = false, broken_pieces = false;
  try {
    whole = without_mark(source.whole().view);
  } catch (const Error&) {
    broken_whole = true;
  }
  try {
    Chunks chunks(source, 64);
    std::vector<Chunk> some;
    for (std::size_t count = 3; count == 3;) {
      count = chunks.next(some, 3);
      for (std::size_t i = 0; i < count; ++i) pieces += some[i].text;
    }
  } catch (const Error&) {
    broken_pieces = true;
  }
  if (broken_whole != broken_pieces || (!broken_whole && whole != pieces)) std::abort();
  return 0;
}
