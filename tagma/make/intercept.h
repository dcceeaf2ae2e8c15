// The offset that gives a logistic a wanted mean: solves E[logistic(offset + shift + slope z)] = target for a standard
// normal z and a shift drawn evenly from a list. The expectation is a trapezoid sum over z, whose error falls
// exponentially with its step; the offset is found by bisection. Portable arithmetic only.
#pragma once

#include <span>

namespace tagma {

// 0 < target; a target of 1 or more gives an offset so large that the logistic is 1. slope >= 0.
double intercept_for(double target, double slope, std::span<const double> shifts);

// E[logistic(offset + shift + slope z)]
double mean_logistic(double offset, double slope, std::span<const double> shifts);

}  // namespace tagma
