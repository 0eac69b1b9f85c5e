package org.allodium.sovereignty;

/// What kind of data an activity touches; a policy names a perimeter for each.
public enum DataCategory {
    /// Prompts, completions, files, adapters, embeddings.
    CUSTOMER_DATA,
    /// Usage and routing.
    CUSTOMER_METADATA,
    /// Logs and traces.
    TELEMETRY,
    /// Identities, certificates, access configuration.
    TECHNICAL_DATA,
    /// Billing.
    DATA_ABOUT_THE_CUSTOMER
}
