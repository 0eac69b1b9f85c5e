/// How a decision is reached and how facts and policies are kept. It refuses to know who asks for
/// a decision, and the deciding half of it does no I/O.
@NullMarked
package org.allodium.sovereignty.internal;

import org.jspecify.annotations.NullMarked;
