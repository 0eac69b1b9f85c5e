/// Models by digest, their passports, and deployments (a model on a pool). It refuses to know
/// engines' internals.
@NullMarked
package org.allodium.catalog;

import org.jspecify.annotations.NullMarked;
