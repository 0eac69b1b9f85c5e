/// The words of a model: how it reads conversations, which forms its answers can take, and how it
/// calls tools. It refuses to know how a token is computed. See decision 0082.
@NullMarked
package org.allodium.engine.internal.chat;

import org.jspecify.annotations.NullMarked;
