/// Own machine code for decoders on CPUs that have AVX-512 with VNNI: C sources that are compiled
/// once for the machine at hand, if it has a C compiler. Nothing depends on them: elsewhere
/// PyTorch's operators compute the same. It refuses to know what a sequence is.
@NullMarked
package org.allodium.engine.internal.cpu;

import org.jspecify.annotations.NullMarked;
