/// Texts that may be quoted as answers, and the search that finds the one that answers a question.
/// It exists so that what is said about the product stands in one place, word for word. It refuses
/// to know models, requests, tenants and money: whoever calls it brings the vectors.
@NullMarked
package org.allodium.corpus;

import org.jspecify.annotations.NullMarked;
