/// The models: which there are, where they run, what they cost, and how to call one. It refuses to
/// know who may use what; it asks.
@NullMarked
package org.allodium.portal.models;

import org.jspecify.annotations.NullMarked;
