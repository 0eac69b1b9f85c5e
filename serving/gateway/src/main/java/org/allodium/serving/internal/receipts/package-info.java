/// What a receipt says of a request.
@NullMarked
package org.allodium.serving.internal.receipts;

import org.jspecify.annotations.NullMarked;
