// Judges values of an elementary function against libquadmath (113 bits). usage: judge NAME 64|32 < lines of two hexadecimal patterns,
// argument and value. Prints the number of points, the largest error in ulp and where; an ulp is that of the true value, at least the
// smallest number of the format. Compile: g++ -O2 judge.cpp -lquadmath
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>
#include <map>
#include <quadmath.h>
#include <string>

using Quad = __float128;

static Quad tail(Quad y) { return erfcq(y / sqrtq(2)) / 2; }

static const std::map<std::string, std::function<Quad(Quad)>> functions = {
    {"abs", fabsq}, {"acos", acosq}, {"asin", asinq}, {"atan", atanq}, {"cos", cosq}, {"cosh", coshq},
    {"decay", [](Quad x) { return expq(-fabsq(x)); }}, {"gauss", [](Quad x) { return expq(-x * x / 2); }},
    {"growth", [](Quad x) { return expm1q(fabsq(x)) / 2; }}, {"coth", [](Quad x) { return 1 / tanhq(x); }}, {"csch", [](Quad x) { return 1 / sinhq(x); }}, {"erf", erfq}, {"erfc", erfcq},
    {"exp", expq}, {"expm1", expm1q}, {"gelu", [](Quad x) { return x * tail(-x); }}, {"log", logq}, {"log1p", log1pq},
    {"log1punit", log1pq}, {"mills", [](Quad y) { return tail(y) * expq(y * y / 2); }}, {"sech", [](Quad x) { return 1 / coshq(x); }},
    {"sigmoid", [](Quad x) { return 1 / (1 + expq(-x)); }}, {"silu", [](Quad x) { return x / (1 + expq(-x)); }}, {"sin", sinq},
    {"sinh", sinhq}, {"softplus", [](Quad x) { return x > 0 ? x + log1pq(expq(-x)) : log1pq(expq(x)); }}, {"sqrt", sqrtq}, {"tan", tanq}, {"tanh", tanhq},
    {"gelu'", [](Quad x) { return tail(-x) + x * expq(-x * x / 2) * M_2_SQRTPIq / sqrtq(8); }}, {"relu", [](Quad x) { return x > 0 ? x : 0; }}, {"sign", [](Quad x) -> Quad { return x > 0 ? 1 : x < 0 ? -1 : 0; }},
    {"heaviside", [](Quad x) -> Quad { return x > 0 ? 1 : x < 0 ? 0 : 0.5Q; }},
};

template <class Real, class Pattern> static Real number(uint64_t bits) {
    const Pattern pattern = Pattern(bits);
    Real value;
    std::memcpy(&value, &pattern, sizeof value);
    return value;
}

int main(int, char** arguments) {
    const auto function = functions.at(arguments[1]);
    const bool wide = std::strcmp(arguments[2], "64") == 0;
    const int mantissa = wide ? 52 : 23, smallest = wide ? -1074 : -149;
    const Quad largest = wide ? Quad(__DBL_MAX__) : Quad(__FLT_MAX__);
    uint64_t x, y;
    long count = 0;
    double worst = -1, where = 0;
    while (std::scanf("%" SCNx64 " %" SCNx64, &x, &y) == 2) {
        const double argument = wide ? number<double, uint64_t>(x) : number<float, uint32_t>(x);
        const double found = wide ? number<double, uint64_t>(y) : number<float, uint32_t>(y);
        const Quad truth = function(argument);
        int exponent = 0;
        frexpq(truth, &exponent);
        const Quad ulp = ldexpq(1, std::max(exponent - 1 - mantissa, smallest));
        double error;
        if (fabsq(truth) > largest + ulp / 2) error = std::isinf(found) && (found > 0) == (truth > 0) ? 0 : INFINITY;
        else if (!std::isfinite(found)) error = INFINITY;
        else error = double(fabsq(Quad(found) - truth) / ulp);
        count++;
        if (!(error <= worst)) worst = error, where = argument;
    }
    std::printf("%ld %.2f %.17g\n", count, worst, where);
}
