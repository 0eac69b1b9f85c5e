/// One receipt, told in words and figures, with its signature checked. It refuses to know how
/// receipts are signed.
@NullMarked
package org.allodium.portal.receipts;

import org.jspecify.annotations.NullMarked;
