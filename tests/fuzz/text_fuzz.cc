// Any bytes as texts, under any settings: fitted, applied, written and read again. The first bytes choose settings.
#include <tagma/base/error.h>
#include <tagma/text/text_features.h>

#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace tagma;

TextSettings chosen(std::uint8_t choice, std::uint8_t more) {
  TextSettings settings;
  settings.words = choice & 1 ? "1..3" : choice & 2 ? "none" : "1";
  settings.pieces = choice & 2 || choice & 4 ? "1..4" : "none";
  settings.lower = choice & 8;
  settings.strip_accents = choice & 16;
  settings.min_count = 1 + (more & 1);
  settings.weight = static_cast<TermWeight>((more >> 1) % 3);
  settings.idf = more & 8;
  settings.normalise = more & 16;
  if (more & 32) settings.hash_bits = 6;
  if (more & 64) settings.table_limit = 1024;
  return settings;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  std::vector<std::string> texts(1);
  for (std::size_t i = 2; i < size; ++i)
    if (data[i] == '\n') texts.emplace_back();
    else texts.back() += static_cast<char>(data[i]);
  try {
    const auto made = TextFeatures::fit(texts, chosen(data[0], data[1]), {});
    ModelWriter file;
    made->save(file);
    const std::vector<std::byte> bytes = file.bytes();
    const auto loaded = TextFeatures::load(ModelReader(bytes, nullptr, "fuzz"));
    const FeatureMatrix a = made->transform(texts, {}), b = loaded->transform(texts, {});
    const CsrView &x = a.csr_view(), &y = b.csr_view();
    const auto same = [](auto left, auto right) { return std::equal(left.begin(), left.end(), right.begin(), right.end()); };
    if (!same(x.starts, y.starts) || !same(x.columns_of, y.columns_of) || !same(x.values, y.values)) std::abort();
    for (std::size_t r = 0; r < texts.size(); ++r)
      for (auto i = static_cast<std::size_t>(x.starts[r]); i < static_cast<std::size_t>(x.starts[r + 1]); ++i)
        if (!(x.values[i] > 0) || x.columns_of[i] < 0 || x.columns_of[i] >= made->columns()) std::abort();
  } catch (const Error& error) {
    if (error.code() != Code::bad_data) std::abort();  // no term is kept
  }
  return 0;
}
