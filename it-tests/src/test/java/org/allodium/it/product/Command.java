package org.allodium.it.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// `./allodium …` beside the product that runs.
public final class Command {
    private Command() {}

    /// Its exit status.
    ///
    /// @param folder gets what the command says as file `out`
    public static int allodium(Path folder, String... arguments) throws Exception {
        var command =
                Stream.concat(
                                Stream.of(Product.root().resolve("allodium").toString()),
                                List.of(arguments).stream())
                        .toList();
        var builder = new ProcessBuilder(command);
        builder.environment().put("ALLODIUM_HOME", Product.home().toString());
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        var process = builder.start();
        assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }
}
