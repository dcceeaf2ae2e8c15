#include "read_fuzz.h"

#include <tagma/read/fasttext.h>

// What is accepted has a text for every row, and no text holds a label.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tagma::FuzzInput input(data, size);
  input.options.unlisted_unknown = input.bit(3);
  if (input.bit(4)) input.options.labels = "a,b";
  if (!tagma::accepts<tagma::Fasttext>("fuzz.ft", input)) return 0;
  const tagma::Dataset read = tagma::Fasttext::read(tagma::Source("fuzz.ft", input.file), input.options, {});
  if (static_cast<std::int64_t>(read.texts.size()) != read.rows()) std::abort();
  for (const std::string& text : read.texts)
    if (text.starts_with("__label__") || text.find(" __label__") != std::string::npos) std::abort();
  return 0;
}
