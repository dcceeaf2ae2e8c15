#include "read_fuzz.h"

#include <tagma/read/read.h>
#include <tagma/read/sink.h>

#include <unistd.h>

#include <array>
#include <filesystem>

// Score and decision files are read from disk only.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tagma;
  constexpr std::array<const char*, 4> endings{".npy", ".jsonl", ".csv", ".svm"};
  const FuzzInput input(data, size);
  static const std::string stem =
      std::filesystem::temp_directory_path() / ("tagma_scores_fuzz_" + std::to_string(getpid()));
  const std::string path = stem + endings[input.choice % 4];
  Sink sink(path);
  sink.write(input.file);
  sink.commit();
  try {
    if (input.bit(2)) static_cast<void>(read_decisions(path, 3, {"a", "b", "c"}, {}));
    else read_scores(path, input.bit(3) ? std::optional<Scale>(Scale::margin) : std::nullopt, {}).check();
  } catch (const Error&) {
  }
  std::filesystem::remove(path);
  return 0;
}
