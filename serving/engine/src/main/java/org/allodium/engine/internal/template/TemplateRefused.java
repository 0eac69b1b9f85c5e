package org.allodium.engine.internal.template;

/// A template that this subset cannot render faithfully, found when it is read.
final class TemplateRefused extends RuntimeException {
    TemplateRefused(int line, String why) {
        super("line " + line + ": " + why);
    }
}
