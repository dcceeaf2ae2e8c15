#!/usr/bin/env python3
"""Checks that every file includes what it needs, as far as names tell: the header of each name of std that it uses, and that of each type
and function of tagma, are among its includes and theirs. `make test` compiles a folder as one file, which does not show it: there the
includes of one file serve the next. Exit 1 with one line per finding."""
import functools
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)
NOISE = re.compile(r'//[^\n]*|/\*.*?\*/|R"\w*\((?:.|\n)*?\)\w*"|"(?:\\.|[^"\\\n])*"|(?<![0-9a-fA-F])\'(?:\\.|[^\'\\\n])+\'', re.S)
STD = {  # header: names of std that come with it; a name of several headers comes with any of them
    "algorithm": "sort stable_sort nth_element partial_sort min max clamp minmax_element min_element max_element fill fill_n copy copy_n copy_if transform "
                 "find find_if find_if_not count count_if all_of any_of none_of equal lower_bound upper_bound binary_search equal_range unique reverse "
                 "rotate set_union set_difference set_intersection includes is_sorted adjacent_find mismatch push_heap pop_heap make_heap sort_heap "
                 "remove_if remove replace generate swap_ranges partition stable_partition inplace_merge merge lexicographical_compare for_each search",
    "array": "array", "atomic": "atomic atomic_ref memory_order_relaxed", "bit": "bit_cast popcount countr_zero countl_zero bit_width has_single_bit bit_ceil endian",
    "charconv": "to_chars from_chars", "chrono": "chrono", "cmath": "exp log log1p expm1 sqrt abs pow isfinite isnan isinf floor ceil round lround llround erf "
    "erfc fma tanh lgamma signbit fabs hypot log2 ldexp frexp nextafter cos sin", "condition_variable": "condition_variable condition_variable_any",
    "cstdint": "int64_t int32_t uint64_t uint32_t uint8_t int8_t uint16_t int16_t", "cstring": "memcpy memcmp memset memmove strlen strerror memchr",
    "deque": "deque", "exception": "exception_ptr current_exception rethrow_exception uncaught_exceptions", "filesystem": "filesystem", "fstream": "ifstream ofstream",
    "functional": "function greater less plus hash reference_wrapper bind_front invoke", "future": "future promise async", "initializer_list": "initializer_list",
    "iterator": "back_inserter inserter make_move_iterator distance next prev advance istreambuf_iterator", "limits": "numeric_limits", "list": "list",
    "map": "map multimap", "memory": "unique_ptr shared_ptr weak_ptr make_unique make_shared addressof enable_shared_from_this", "mutex": "mutex lock_guard unique_lock scoped_lock "
    "once_flag call_once", "numeric": "iota accumulate inner_product partial_sum exclusive_scan inclusive_scan gcd transform_reduce reduce", "optional": "optional nullopt",
    "queue": "queue priority_queue", "random": "mt19937 mt19937_64 normal_distribution uniform_real_distribution uniform_int_distribution", "ranges": "ranges",
    "regex": "regex regex_match regex_search", "set": "set multiset", "span": "span as_bytes as_writable_bytes", "sstream": "ostringstream istringstream stringstream",
    "stdexcept": "runtime_error invalid_argument out_of_range logic_error", "stop_token": "stop_token stop_source stop_callback", "string": "string to_string stoi stod "
    "getline stoll", "string_view": "string_view", "thread": "thread jthread this_thread", "tuple": "tuple tuple_cat tie make_tuple apply tuple_size_v", "type_traits": "is_same_v "
    "conditional_t remove_cvref_t decay_t enable_if_t is_floating_point_v is_integral_v is_enum_v invoke_result_t is_arithmetic_v underlying_type_t",
    "unordered_map": "unordered_map", "unordered_set": "unordered_set", "utility": "move forward swap pair exchange make_pair index_sequence make_index_sequence "
    "integer_sequence declval in_place", "variant": "variant visit get_if holds_alternative monostate", "vector": "vector", "cstddef": "byte size_t ptrdiff_t"}
ALSO = {"pair": "map unordered_map", "move": "algorithm string vector memory optional", "swap": "algorithm vector string", "forward": "memory tuple", "array": "span tuple",
        "next": "vector string map span", "prev": "vector string map", "distance": "vector string", "size_t": "*", "ptrdiff_t": "*", "byte": "span string_view",
        "exchange": "memory", "string_view": "string", "hash": "string unordered_map memory", "abs": "cstdlib", "remove": "cstdio", "getline": "sstream fstream",
        "initializer_list": "vector string map set", "index_sequence": "tuple", "make_index_sequence": "tuple", "declval": "type_traits", "less": "map set",
        "nullopt": "optional", "current_exception": "future stdexcept", "function": "future", "get_if": "variant", "in_place": "optional", "make_pair": "map",
        "lock_guard": "condition_variable", "unique_lock": "condition_variable", "mutex": "condition_variable", "conditional_t": "*", "decay_t": "*", "is_same_v": "*",
        "remove_cvref_t": "*", "as_bytes": "span", "exception_ptr": "future stdexcept", "int64_t": "*", "int32_t": "*", "uint64_t": "*",
        "uint32_t": "*", "uint8_t": "*", "int8_t": "*", "uint16_t": "*", "int16_t": "*"}
HEADERS = {}
for header, names in STD.items():
    for each in names.split():
        HEADERS.setdefault(each, set()).add(header)
for each, more in ALSO.items():
    HEADERS.setdefault(each, set()).update(more.split())
TYPE = re.compile(r"^(?:struct|class|enum class|using) ([A-Z]\w*)(?! final;|;)", re.M)
FUNCTION = re.compile(r"^(?=[A-Za-z])(?!template|using|return)[\w:<>,&* ]*[\w>&*] [&*]?([a-z]+_\w+)\(", re.M)
OWN = re.compile(r"\b(?:struct|class|using|enum class|typename|class\.\.\.)(?: alignas\(\d+\))? (\w+)|[\w>&*\])] [&*]*(\w+)(?: = |[(),;])")


@functools.cache
def text(path):
    return path.read_text()


@functools.cache
def code(path):
    return NOISE.sub(lambda found: '""' if found.group(0)[0] in "\"R" else " ", INCLUDE.sub("", text(path)))


@functools.cache
def included(path):
    """Headers of the project and of others that a file includes, in the end."""
    own, others, waiting = set(), set(), [path]
    while waiting:
        at = waiting.pop()
        if at in own:
            continue
        own.add(at)
        for name in INCLUDE.findall(text(at)):
            near = [p for p in (at.parent / name, ROOT / name, ROOT / "apps" / name) if p.is_file()]
            waiting += near[:1]
            if not near:
                others.add(name)
    return own, others


def defined(headers):
    """Types and functions at namespace level of the headers, and where they are."""
    places = {}
    for path in headers:
        for name in TYPE.findall(code(path)) + FUNCTION.findall(code(path)):
            places.setdefault(name, set()).add(path)
    return places


@functools.cache
def own_names(path):
    return {name for found in OWN.findall(code(path)) for name in found}


def main():
    files = [p for top in ("tagma", "apps") for p in sorted((ROOT / top).rglob("*")) if p.suffix in {".h", ".cc"}]
    places = defined([p for p in files if p.suffix == ".h"])
    bad = []
    for path in files:
        own, others = included(path)
        words = code(path)
        for name in sorted(set(re.findall(r"\bstd::(\w+)", words))):
            wanted = HEADERS.get(name, set())
            if wanted and "*" not in wanted and not wanted & others:
                bad.append(f"{path.relative_to(ROOT)}: std::{name} without <{'> or <'.join(sorted(wanted))}>")
        used = set(re.findall(r"(?<![.>\w])[A-Z]\w+", words)) | set(re.findall(r"(?<![.>:\w])([a-z]\w+)\(", words))
        for name in sorted((used & set(places)) - set().union(*map(own_names, own))):
            bad.append(f"{path.relative_to(ROOT)}: {name} without {' or '.join(sorted(str(p.relative_to(ROOT)) for p in places[name]))}")
    print("\n".join(bad) if bad else f"includes: {len(files)} files include what they name")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
