package org.allodium.tenancy;

import java.util.Locale;

/// What a person may be; programme and operations never meet in one hand. See decision 0003.
public enum Role {
    OWNER(Function.TENANT),
    ADMIN(Function.TENANT),
    MEMBER(Function.TENANT),
    BILLING_VIEWER(Function.TENANT),
    PROGRAMME_OFFICER(Function.PROGRAMME),
    REVIEWER(Function.PROGRAMME),
    FINANCE(Function.PROGRAMME),
    /// Keeps organisations and their quotas.
    ADMINISTRATOR(Function.PROGRAMME),
    OPERATOR(Function.OPERATIONS),
    SECURITY_OFFICER(Function.OPERATIONS),
    AUDITOR(Function.AUDIT);

    public enum Function {
        TENANT,
        PROGRAMME,
        OPERATIONS,
        AUDIT
    }

    private final Function function;

    Role(Function function) {
        this.function = function;
    }

    public Function function() {
        return function;
    }

    /// As written in configuration and in `status --json`: `programme-officer`.
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Role ofLabel(String label) {
        return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
