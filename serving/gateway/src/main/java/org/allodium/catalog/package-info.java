/// Models by digest, their passports, and deployments (a model on a pool). It knows no engine.
@NullMarked
package org.allodium.catalog;

import org.jspecify.annotations.NullMarked;
