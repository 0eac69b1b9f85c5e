/// The models that come with the product, as directories of the form that the engine loads. Below
/// lies how they are made: one is trained here, one converted from what others published. Neither
/// happens in the running product.
@NullMarked
package org.allodium.models;

import org.jspecify.annotations.NullMarked;
