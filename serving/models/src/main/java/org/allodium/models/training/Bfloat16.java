package org.allodium.models.training;

/// The upper half of a float, rounded to nearest, ties to even.
final class Bfloat16 {

    private Bfloat16() {}

    static short of(float value) {
        int bits = Float.floatToIntBits(value);
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    static float toFloat(short value) {
        return Float.intBitsToFloat(value << 16);
    }
}
