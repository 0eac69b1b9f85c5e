/// Nodes of one installation tell each other of answers that they keep, over JGroups. What is told
/// here may always be lost: money, rights and who lives are PostgreSQL's alone to judge.
@NullMarked
package org.allodium.serving.internal.link;

import org.jspecify.annotations.NullMarked;
