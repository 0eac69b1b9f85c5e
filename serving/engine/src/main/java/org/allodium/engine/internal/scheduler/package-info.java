/// Who is computed next, and what it may hold: the queue in front of a model copy, fair shares,
/// guessed tokens, and the loop of steps. It refuses to know who asked and how a step is computed.
@NullMarked
package org.allodium.engine.internal.scheduler;

import org.jspecify.annotations.NullMarked;
