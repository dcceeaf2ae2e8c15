#include <tagma/base/error.h>
#include <tagma/text/text_features.h>

#include <nlohmann/json.hpp>

namespace tagma {
namespace {

constexpr const char* key = "text";

const nlohmann::json& entry_of(const ModelReader& file, const nlohmann::json& part, const char* name) {
  const auto found = part.find(name);
  if (found == part.end()) fail(Code::bad_model, "{}: the manifest's '{}' lacks '{}'", file.path(), key, name);
  return *found;
}

std::int64_t count_of(const ModelReader& file, const nlohmann::json& part, const char* name) {
  const nlohmann::json& value = entry_of(file, part, name);
  if (!value.is_number_integer() || value.get<std::int64_t>() < 0)
    fail(Code::bad_model, "{}: the manifest's '{}.{}' is no count", file.path(), key, name);
  return value.get<std::int64_t>();
}

TextSettings settings_in(const ModelReader& file, const nlohmann::json& part) {
  const nlohmann::json& list = entry_of(file, part, "settings");
  if (!list.is_object()) fail(Code::bad_model, "{}: the manifest's '{}.settings' is no object", file.path(), key);
  Settings settings;
  for (const auto& [name, value] : list.items()) {
    if (!value.is_string()) fail(Code::bad_model, "{}: the text setting '{}' is no text", file.path(), name);
    settings.set(name, value.get<std::string>());
  }
  TextSettings read;
  try {
    configure(read, settings, "text.");
    read.check();
  } catch (const Error& error) {
    fail(Code::bad_model, "{}: {}", file.path(), error.what());
  }
  return read;
}

}  // namespace

bool TextFeatures::in(const ModelReader& file) { return file.manifest().contains(key); }

void TextFeatures::save(ModelWriter& file) const {
  nlohmann::json settings = nlohmann::json::object();
  for (const auto& [name, value] : settings_of(settings_)) settings[name] = value;
  file.manifest()[key] = {{"columns", columns_}, {"texts", texts_}, {"seed", std::to_string(seed_)},
                          {"too_low", too_low_}, {"settings", settings}};
  if (!terms_.empty()) file.add("text.terms", std::vector<std::string>(terms_.begin(), terms_.end()));
  if (!documents_.empty()) file.add("text.documents", std::span<const std::int64_t>(documents_), {columns_});
}

std::unique_ptr<const TextFeatures> TextFeatures::load(const ModelReader& file) {
  const nlohmann::json& all = file.manifest();
  const auto part = all.find(key);
  if (part == all.end() || !part->is_object()) fail(Code::bad_model, "{}: the manifest has no object '{}'", file.path(), key);
  std::unique_ptr<TextFeatures> made(new TextFeatures);
  made->settings_ = settings_in(file, *part);
  made->columns_ = count_of(file, *part, "columns");
  made->texts_ = count_of(file, *part, "texts");
  made->too_low_ = count_of(file, *part, "too_low");
  const nlohmann::json& seed = entry_of(file, *part, "seed");
  const std::string digits = seed.is_string() ? seed.get<std::string>() : "";
  if (digits.empty() || digits.size() > 20 || digits.find_first_not_of("0123456789") != std::string::npos)
    fail(Code::bad_model, "{}: the manifest's '{}.seed' is no number in quotes", file.path(), key);
  for (char digit : digits) made->seed_ = made->seed_ * 10 + static_cast<std::uint64_t>(digit - '0');
  made->load_terms(file);
  made->set_weights();
  return made;
}

void TextFeatures::load_terms(const ModelReader& file) {
  const bool hashed = settings_.hash_bits > 0;
  if (hashed && columns_ != std::int64_t{1} << settings_.hash_bits)
    fail(Code::bad_model, "{}: {} columns of text for hashes of {} bits", file.path(), columns_, settings_.hash_bits);
  if (!hashed) {
    terms_ = file.text_views("text.terms");
    owner_ = file.owner();
    if (static_cast<std::int64_t>(terms_.size()) != columns_)
      fail(Code::bad_model, "{}: {} terms for {} columns", file.path(), terms_.size(), columns_);
    try {
      lookup_ = TermLookup(terms_, seed_);
    } catch (const Error& error) {
      fail(Code::bad_model, "{}: {}", file.path(), error.what());
    }
  }
  if (hashed && !settings_.idf) return;
  const auto documents = file.longs("text.documents");
  if (static_cast<std::int64_t>(documents.size()) != columns_)
    fail(Code::bad_model, "{}: counts of {} terms for {} columns", file.path(), documents.size(), columns_);
  for (std::int64_t count : documents)
    if (count < 0 || count > texts_) fail(Code::bad_model, "{}: a term in {} of {} texts", file.path(), count, texts_);
  documents_.assign(documents.begin(), documents.end());
}

}  // namespace tagma
