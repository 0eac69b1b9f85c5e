/// HTTP: the routes below `/v1`, their wire records and error objects, server-sent events, the
/// operators' model endpoint, metrics and public keys. It decides nothing; it asks `serving`.
@NullMarked
package org.allodium.serving.rest;

import org.jspecify.annotations.NullMarked;
