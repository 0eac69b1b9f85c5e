package org.allodium.engine.internal.template;

/// A template that fails on its input: it raised an exception, or met a value of the wrong type.
final class RenderFailure extends RuntimeException {
    RenderFailure(String why) {
        super(why);
    }
}
