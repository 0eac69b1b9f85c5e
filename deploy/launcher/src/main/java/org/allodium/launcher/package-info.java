/// Starts PostgreSQL, Keycloak and the server as child processes under one data folder, watches and
/// stops them; `./allodium` is a thin shell over this package, and the tests start the same stack
/// through [Stack]. It refuses to know what the product does: it hands over addresses, secrets and
/// a file of demo accounts, and asks nothing but whether the server is ready. See decision 0050.
@NullMarked
package org.allodium.launcher;

import org.jspecify.annotations.NullMarked;
