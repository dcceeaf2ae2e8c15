#include <tagma/deep/threads.h>

#include <ATen/Parallel.h>

#include <dlfcn.h>

#include <cstdlib>
#include <string_view>

namespace tagma::deep {
namespace {

// Of the BLAS that LibTorch has brought in; null where that has no such function.
template <class Function>
Function loaded(const char* name) {
  for (const char* library : {"libblas.so.3", "libopenblas.so.0"})
    if (void* handle = ::dlopen(library, RTLD_NOW | RTLD_NOLOAD))
      if (void* found = ::dlsym(handle, name)) return reinterpret_cast<Function>(found);
  return nullptr;
}

const char* kernels_for_this_machine() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) return "SkylakeX";
  if (__builtin_cpu_supports("avx2")) return "Haswell";
#endif
  return nullptr;
}

}  // namespace

OneThreadEach::OneThreadEach() : before_(at::get_num_threads()) { at::set_num_threads(1); }
OneThreadEach::~OneThreadEach() { at::set_num_threads(before_); }

void mend_blas() {
  const auto core_name = loaded<char* (*)()>("openblas_get_corename");
  const auto quit = loaded<void (*)()>("gotoblas_dynamic_quit"), start = loaded<void (*)()>("gotoblas_dynamic_init");
  const char* better = kernels_for_this_machine();
  if (core_name == nullptr || quit == nullptr || start == nullptr || better == nullptr) return;
  const std::string_view name = core_name();
  if (name != "Prescott" && name != "Core2" && name != "Nehalem") return;
  ::setenv("OPENBLAS_CORETYPE", better, 0);  // the only way in; what the user has set stays
  quit();
  start();
}

}  // namespace tagma::deep
