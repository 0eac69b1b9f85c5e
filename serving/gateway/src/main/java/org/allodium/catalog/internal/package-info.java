/// Tables, store of directories, reader of passports. It refuses to know how a model is run.
@NullMarked
package org.allodium.catalog.internal;

import org.jspecify.annotations.NullMarked;
