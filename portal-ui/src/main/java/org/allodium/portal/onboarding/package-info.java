/// A person's first steps: founding an organisation, and what to do next. It refuses to know how
/// identities are kept.
@NullMarked
package org.allodium.portal.onboarding;

import org.jspecify.annotations.NullMarked;
