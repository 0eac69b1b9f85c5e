package org.allodium.corpus;

/// Whether a word is another one mistyped: one letter too many, too few, wrong, or two exchanged.
/// The first letter is right, as it nearly always is.
final class Slips {
    private Slips() {}

    static boolean one(String typed, String meant) {
        if (Math.abs(typed.length() - meant.length()) > 1 || typed.charAt(0) != meant.charAt(0)) {
            return false;
        }
        int start = 0;
        int shorter = Math.min(typed.length(), meant.length());
        while (start < shorter && typed.charAt(start) == meant.charAt(start)) {
            start++;
        }
        var rest = typed.substring(start);
        var wanted = meant.substring(start);
        if (rest.length() == wanted.length()) {
            return rest.isEmpty()
                    || rest.substring(1).equals(wanted.substring(1))
                    || exchanged(rest, wanted);
        }
        return rest.length() < wanted.length()
                ? wanted.substring(1).equals(rest)
                : rest.substring(1).equals(wanted);
    }

    private static boolean exchanged(String typed, String meant) {
        return typed.length() > 1
                && typed.charAt(0) == meant.charAt(1)
                && typed.charAt(1) == meant.charAt(0)
                && typed.substring(2).equals(meant.substring(2));
    }
}
