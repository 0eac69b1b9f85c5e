/// Models of real shapes with random weights, and what the machine itself can do: what benchmarks
/// of the engine measure with and against.
@NullMarked
package org.allodium.engine.bench;

import org.jspecify.annotations.NullMarked;
