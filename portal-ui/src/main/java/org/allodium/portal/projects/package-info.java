/// Projects of an organisation. It refuses to know what hangs on them.
@NullMarked
package org.allodium.portal.projects;

import org.jspecify.annotations.NullMarked;
