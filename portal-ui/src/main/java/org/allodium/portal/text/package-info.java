/// What the portal says: messages in the reader's language, and figures, amounts and times in the
/// reader's locale. It exists so that no view formats anything by itself. It refuses to know what
/// the figures are about.
@NullMarked
package org.allodium.portal.text;

import org.jspecify.annotations.NullMarked;
