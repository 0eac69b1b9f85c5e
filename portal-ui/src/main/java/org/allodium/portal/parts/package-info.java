/// The portal's own small components, drawn once and used on every page: sheets, cards, tables,
/// chips, places, bars, charts, dialogs. All colours and sizes stand in the style sheets. It
/// refuses to know services and the router.
@NullMarked
package org.allodium.portal.parts;

import org.jspecify.annotations.NullMarked;
