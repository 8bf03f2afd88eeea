// Operations of a vector in either format, by the names OF(double) and OFS(single) that the width gives to intrinsics.
#pragma once

// One text for both formats: the branch that does not fit is never compiled into code.
#define BOTH(name, ...) { if constexpr (wide) return OF(name)(__VA_ARGS__); else return OFS(name)(__VA_ARGS__); }
template <class V> inline V fma_(V p, V q, V r) BOTH(fmadd, p, q, r)
template <class V> inline V fnma_(V p, V q, V r) BOTH(fnmadd, p, q, r)
template <class V> inline V add_(V p, V q) BOTH(add, p, q)
template <class V> inline V sub_(V p, V q) BOTH(sub, p, q)
template <class V> inline V mul_(V p, V q) BOTH(mul, p, q)
template <class V> inline V div_(V p, V q) BOTH(div, p, q)
template <class V> inline V min_(V p, V q) BOTH(min, p, q)
template <class V> inline V max_(V p, V q) BOTH(max, p, q)
template <class V> inline V root_(V p) BOTH(sqrt, p)
