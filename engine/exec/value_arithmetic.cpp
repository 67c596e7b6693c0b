#include <cmath>

#include "engine/exec/value_expression.hpp"

namespace cupel::exec {
namespace {

using plan::ArithmeticOp;

constexpr double kTwoTo63 = 9223372036854775808.0;

/// Doubles as a vector: missing where not finite, and where an integer is wanted that int64 does
/// not hold.
Vector from_numbers(Numbers result) {
  Vector out;
  out.size = result.values.size();
  out.type = result.integers ? Type::kInt64 : Type::kFloat64;
  bool absent = false;
  for (size_t i = 0; i < out.size; ++i) {
    const double value = result.values[i];
    const bool good =
        std::isfinite(value) && (!result.integers || (value >= -kTwoTo63 && value < kTwoTo63));
    if (!good) result.valid[i] = 0;
    if (result.valid[i] == 0) {
      absent = true;
      result.values[i] = 0;
    }
  }
  if (result.integers) {
    out.integers.resize(out.size);
    for (size_t i = 0; i < out.size; ++i) out.integers[i] = static_cast<int64_t>(result.values[i]);
  } else {
    out.numbers = std::move(result.values);
  }
  if (absent) out.valid = std::move(result.valid);
  return out;
}

template <typename F>
void combine(Numbers& left, const Numbers& right, F&& f) {
  for (size_t i = 0; i < left.values.size(); ++i) {
    left.values[i] = f(left.values[i], right.values[i]);
    left.valid[i] &= right.valid[i];
  }
}

}  // namespace

Numbers numbers_of(const Vector& vector) {
  Numbers out;
  out.integers = vector.type == Type::kInt64;
  out.values.assign(vector.size, 0);
  if (vector.valid.empty()) {
    out.valid.assign(vector.size, 1);
  } else {
    out.valid = vector.valid;
  }
  switch (vector.type) {
    case Type::kInt64:
      for (size_t i = 0; i < vector.size; ++i)
        out.values[i] = static_cast<double>(vector.integers[i]);
      break;
    case Type::kFloat64: out.values = vector.numbers; break;
    case Type::kAny:
      for (size_t i = 0; i < vector.size; ++i) {
        const bool number = vector.present(i) && vector.values[i].is_number();
        out.valid[i] = number ? 1 : 0;
        if (number) out.values[i] = vector.values[i].as_double();
      }
      break;
    case Type::kBool:
    case Type::kText:
    case Type::kTimestamp: out.valid.assign(vector.size, 0); break;
  }
  return out;
}

Vector calculate(ArithmeticOp op, const Vector& left, const Vector& right) {
  Numbers result = numbers_of(left);
  const Numbers other = numbers_of(right);
  // A divisor of 0 gives no finite number, which from_numbers makes missing.
  switch (op) {
    case ArithmeticOp::kAdd:
      combine(result, other, [](double a, double b) { return a + b; });
      break;
    case ArithmeticOp::kSubtract:
      combine(result, other, [](double a, double b) { return a - b; });
      break;
    case ArithmeticOp::kMultiply:
      combine(result, other, [](double a, double b) { return a * b; });
      break;
    case ArithmeticOp::kDivide:
      combine(result, other, [](double a, double b) { return b == 0 ? std::nan("") : a / b; });
      break;
    case ArithmeticOp::kModulo:
      combine(result, other, [](double a, double b) { return std::fmod(a, b); });
      break;
  }
  result.integers = result.integers && other.integers && op != ArithmeticOp::kDivide;
  return from_numbers(std::move(result));
}

Vector negated(Vector operand) {
  if (operand.type == Type::kInt64) {
    for (size_t i = 0; i < operand.size; ++i) {
      if (operand.integers[i] == std::numeric_limits<int64_t>::min()) {
        operand.integers[i] = 0;
        operand.set_missing(i);
      }
      operand.integers[i] = -operand.integers[i];
    }
    return operand;
  }
  Numbers numbers = numbers_of(operand);
  for (double& value : numbers.values) value = -value;
  return from_numbers(std::move(numbers));
}

Vector bucketed(const Vector& operand, double width, Type type) {
  Numbers numbers = numbers_of(operand);
  for (double& value : numbers.values) value = std::floor(value / width) * width;
  numbers.integers = type == Type::kInt64;
  return from_numbers(std::move(numbers));
}

}  // namespace cupel::exec
