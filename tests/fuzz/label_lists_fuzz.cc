// Any bytes as a list of labels (--select, drop-labels) or as texts of labels (--label-texts), of labels with names or numbers. They are read
// from disk only; the first byte chooses.
#include "read_fuzz.h"

#include <tagma/read/label_index.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tagma;
  const FuzzInput input(data, size);
  static const std::string stem = std::filesystem::temp_directory_path() / ("tagma_label_lists_fuzz_" + std::to_string(getpid()));
  const std::string path = stem + (input.bit(3) ? ".txt.gz" : ".txt");
  std::ofstream(path, std::ios::binary) << input.file;
  constexpr LabelId labels = 5;
  const std::vector<std::string> names = input.bit(1) ? std::vector<std::string>{"a", "b", "3", "a b", "\xc3\xa9"} : std::vector<std::string>{};
  try {
    if (input.bit(0)) {
      const LabelTexts read = read_label_texts(path, labels, names);
      if (read.texts.size() != labels || read.known < 1 || read.known > labels) std::abort();
    } else {
      std::vector<bool> seen(labels);
      for (const LabelId label : read_label_list(path, labels, names)) {
        if (label < 0 || label >= labels || seen[static_cast<std::size_t>(label)]) std::abort();
        seen[static_cast<std::size_t>(label)] = true;
      }
    }
  } catch (const Error&) {
  }
  std::filesystem::remove(path);
  return 0;
}
