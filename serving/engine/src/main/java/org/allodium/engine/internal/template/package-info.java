/// A strict subset of Jinja for chat templates. What it does not know it refuses on reading, so
/// that no prompt is ever rendered by guessing. It refuses to know tokens. See decision 0030.
@NullMarked
package org.allodium.engine.internal.template;

import org.jspecify.annotations.NullMarked;
