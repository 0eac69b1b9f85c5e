package org.allodium.engine.internal.template;

import java.util.Map;
import java.util.function.BinaryOperator;

/// The operators between two values, by how they are written.
final class Operators {
    static final Map<String, BinaryOperator<Object>> COMPARISONS =
            Map.of(
                    "==", Values::equal,
                    "!=", (a, b) -> !Values.equal(a, b),
                    "<", (a, b) -> Values.compare(a, b) < 0,
                    "<=", (a, b) -> Values.compare(a, b) <= 0,
                    ">", (a, b) -> Values.compare(a, b) > 0,
                    ">=", (a, b) -> Values.compare(a, b) >= 0);
    static final Map<String, BinaryOperator<Object>> SUMS =
            Map.of("+", Python::add, "-", Python::subtract);
    static final Map<String, BinaryOperator<Object>> PRODUCTS =
            Map.of(
                    "*", Python::multiply,
                    "/", Python::divide,
                    "//", Python::floorDivide,
                    "%", Python::remainder);

    private Operators() {}
}
