#include <tagma/make/make.h>

#include <tagma/make/catalog.h>

namespace tagma {

std::vector<Entry> generator_entries() { return Generators::entries(); }

Generated generate(std::string_view name, const Settings& settings, std::int64_t rows, const Run& run) {
  Generated made;
  Generators::visit("generator", name, [&]<class G>(std::type_identity<G>) {
    G generator;
    configure(generator, settings, fmt::format("{}.", name));
    made = generator.make(rows, run);
    return true;
  });
  return made;
}

}  // namespace tagma
