package org.allodium.serving.internal.admission;

/// Whether an answer under way may go on where it is made.
public enum StillPermitted {
    PERMITTED,
    /// A fact or a policy changed.
    WITHDRAWN,
    /// Nobody could be asked in time, which permits nothing.
    UNKNOWN
}
