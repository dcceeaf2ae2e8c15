#include <tagma/run/texts.h>

#include <tagma/data/beside.h>

namespace tagma {

std::unique_ptr<const TextFeatures> fit_texts(const Dataset& data, const Settings& settings, const std::string& path, const Run& run) {
  TextSettings wanted;
  configure(wanted, settings, "text.");
  if (data.texts.empty()) {
    if (!settings.empty()) fail(Code::usage, "{}: the rows have no texts, which the settings --text.* are about", path);
    return nullptr;
  }
  if (data.has_features() && !wanted.beside_features) {
    constexpr const char* way_out = "--text.beside_features true uses both";
    if (!settings.empty()) fail(Code::usage, "{}: the rows have numeric features, so their texts are not used; {}", path, way_out);
    run.note(fmt::format("{}: the rows have numeric features, so their texts are not used; {}", path, way_out));
    return nullptr;
  }
  return TextFeatures::fit(data.texts, wanted, run);
}

void add_text_features(Dataset& data, const TextFeatures& text, const std::string& path, const Run& run) {
  if (data.texts.empty())
    fail(Code::bad_data, "{}: the rows have no texts, of which the model makes its features (csv: name their column with --text-column)", path);
  TextFacts facts;
  FeatureMatrix made = text.transform(data.texts, run, &facts);
  data.features = data.has_features() ? beside(data.features, made) : std::move(made);
  data.feature_names.clear();
  if (facts.invalid_bytes > 0)
    run.warn(fmt::format("{}: {} bytes of the texts are not UTF-8 and count as blanks", path, facts.invalid_bytes));
  if (facts.empty_rows > 0)
    run.note(fmt::format("{}: the texts of {} rows ({:.2f} %) hold no term of the model", path, facts.empty_rows,
                         100.0 * static_cast<double>(facts.empty_rows) / static_cast<double>(data.rows())));
}

FeatureMatrix label_features(std::span<const std::string> texts, const TextFeatures& text, std::int64_t numeric, const Run& run) {
  FeatureMatrix made = text.transform(texts, run);
  if (numeric == 0) return made;
  CsrArrays none;
  none.starts.resize(texts.size() + 1);
  return beside(FeatureMatrix(std::move(none), numeric), made);
}

}  // namespace tagma
