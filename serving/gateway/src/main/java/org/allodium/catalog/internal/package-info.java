/// The catalog's tables, its store of model directories and the reader of passports. It refuses to
/// know how a model is run.
@NullMarked
package org.allodium.catalog.internal;

import org.jspecify.annotations.NullMarked;
