package org.allodium.identity.internal;

import java.util.Locale;
import java.util.regex.Pattern;
import org.allodium.kernel.Refused;

/// An address as people write it, in lower case: two spellings of one mailbox are one invitation.
/// Only the shape is checked; whether it exists, a mail or a sign-in shows.
public record EmailAddress(String text) {
    private static final Pattern SHAPE =
            Pattern.compile(
                    "[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@"
                            + "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
                            + "(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+");
    private static final int MAX_LENGTH = 254;

    public static EmailAddress of(String text) {
        var plain = text.strip().toLowerCase(Locale.ROOT);
        if (plain.length() > MAX_LENGTH || !SHAPE.matcher(plain).matches()) {
            throw Refused.invalid("email", "identity.no-email-address");
        }
        return new EmailAddress(plain);
    }

    public boolean is(String other) {
        return text.equals(other.strip().toLowerCase(Locale.ROOT));
    }
}
