/// Tests of facts, policies and decisions.
@NullMarked
package org.allodium.sovereignty;

import org.jspecify.annotations.NullMarked;
