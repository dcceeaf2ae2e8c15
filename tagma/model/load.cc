#include <tagma/model/catalog.h>
#include <tagma/model/manifest.h>

#include <nlohmann/json.hpp>

namespace tagma {

std::unique_ptr<const Model> load_model(const ModelReader& file) {
  const std::string kind = text_of(file, part_of(file, "model"), "kind");
  std::unique_ptr<const Model> model;
  Models::each([&]<class Kind>(std::type_identity<Kind>) {
    if (Kind::name == kind) model = Kind::load(file);
  });
  if (!model)
    fail(Code::bad_model, "{}: {}", file.path(), unknown_name("kind of model", kind, Models::names));
  return model;
}

}  // namespace tagma
