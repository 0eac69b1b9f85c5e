/// One question to one model, through the same use case as every request of the API, with place and
/// price beside the answer. It refuses to know how a model runs.
@NullMarked
package org.allodium.portal.playground;

import org.jspecify.annotations.NullMarked;
