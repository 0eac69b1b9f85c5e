package org.allodium.engine.internal.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;

/// The functions of the library, as the C sources declare them.
record CpuFunctions(
        MethodHandle open,
        MethodHandle close,
        MethodHandle matrix,
        MethodHandle bias,
        MethodHandle vector,
        MethodHandle table,
        MethodHandle cache,
        MethodHandle pages,
        MethodHandle step,
        MethodHandle head) {

    static CpuFunctions of(CpuLibrary library) {
        var symbols = library.symbols();
        var part =
                new MemoryLayout[] {
                    ADDRESS, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_INT
                };
        return new CpuFunctions(
                handle(symbols, "open", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, ADDRESS)),
                handle(symbols, "close", FunctionDescriptor.ofVoid(ADDRESS)),
                handle(symbols, "matrix", FunctionDescriptor.ofVoid(part)),
                handle(symbols, "bias", FunctionDescriptor.ofVoid(part)),
                handle(
                        symbols,
                        "vector",
                        FunctionDescriptor.ofVoid(
                                ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT)),
                handle(symbols, "table", FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_INT)),
                handle(symbols, "cache", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG)),
                handle(
                        symbols,
                        "pages",
                        FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_INT)),
                handle(symbols, "step", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS)),
                handle(
                        symbols,
                        "head",
                        FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_LONG, JAVA_LONG, ADDRESS)));
    }

    @SuppressWarnings("restricted") // Enabled for the whole product, as PyTorch needs it too.
    static MethodHandle handle(SymbolLookup symbols, String name, FunctionDescriptor descriptor) {
        var symbol = symbols.findOrThrow("allodium_" + name);
        return Linker.nativeLinker().downcallHandle(symbol, descriptor);
    }

    static void checkMemory(boolean made) {
        if (!made) {
            throw new IllegalStateException("The machine has no memory left for the model");
        }
    }

    static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("A native function threw", e);
        }
    }
}
