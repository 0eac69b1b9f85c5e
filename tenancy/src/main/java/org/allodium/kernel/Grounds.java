package org.allodium.kernel;

/// What a refusal rests on: a rule of residency, a limit, or a flaw of a credential.
public interface Grounds {
    /// As clients read it, such as `R7 operator_control` or `requests_per_minute`.
    String label();
}
