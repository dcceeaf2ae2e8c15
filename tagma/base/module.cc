#include <tagma/base/module.h>

#include <tagma/base/error.h>
#include <tagma/base/file.h>

#include <dlfcn.h>

#include <filesystem>

namespace tagma {

std::string module_path(std::string_view name) {
  std::error_code fault;
  const std::filesystem::path folder = std::filesystem::read_symlink("/proc/self/exe", fault).parent_path();
  if (fault) return "";
  for (const std::filesystem::path& place : {folder, folder / "../lib/tagma", folder / "../bin"})
    if (const std::string path = (place / name).string(); file_exists(path)) return path;
  return "";
}

void* module_function(std::string_view name, const char* symbol, std::string_view advice) {
  const std::string path = module_path(name);
  if (path.empty()) fail(Code::not_built, "{} is not beside the program; {}", name, advice);
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) fail(Code::io, "cannot open {}: {}", path, ::dlerror());
  void* found = ::dlsym(handle, symbol);
  if (found == nullptr) fail(Code::io, "{} is not of this program's version: it has no '{}'; build both together", path, symbol);
  return found;
}

}  // namespace tagma
