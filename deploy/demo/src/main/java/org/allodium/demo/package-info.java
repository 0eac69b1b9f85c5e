/// Fills an empty installation with the demo country: people, organisations, programmes, grants,
/// prices and keys, through the same services as everybody. It refuses to run without a demo file.
@NullMarked
package org.allodium.demo;

import org.jspecify.annotations.NullMarked;
