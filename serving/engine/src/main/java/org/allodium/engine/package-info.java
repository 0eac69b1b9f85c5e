/// Runs models: loads a directory as published on a hub, decodes, embeds, tokenises, so that nobody
/// else needs to know tensors, tokenizers or DJL. It refuses to know tenants, money, HTTP and
/// Jakarta; what a request may cost or where it may run was decided before. See decision 0074.
@NullMarked
package org.allodium.engine;

import org.jspecify.annotations.NullMarked;
