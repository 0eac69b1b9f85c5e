/// The frame around every page: the servlet, who is visiting and for whom, the header with its
/// switches, navigation, errors, and what the browser may load. It refuses to know what any page is
/// about.
@NullMarked
package org.allodium.portal.shell;

import org.jspecify.annotations.NullMarked;
