/// What a deployment looks up before it answers.
@NullMarked
package org.allodium.serving.internal.retrieval;

import org.jspecify.annotations.NullMarked;
