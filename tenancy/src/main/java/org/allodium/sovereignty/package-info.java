/// Who operates what, where, and under whose control; residency policies; and [Placement], the pure
/// decision which pools a request may touch. It refuses to know how a pool runs, and HTTP.
@NullMarked
package org.allodium.sovereignty;

import org.jspecify.annotations.NullMarked;
