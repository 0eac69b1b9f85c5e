/// The one door to PyTorch: writes TorchScript archives, loads them, calls their methods, and keeps
/// all of it on one compute thread. It refuses to know what a model computes.
@NullMarked
package org.allodium.engine.internal.torch;

import org.jspecify.annotations.NullMarked;
