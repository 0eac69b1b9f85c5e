package org.allodium.engine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import org.allodium.engine.internal.chat.ChatTemplates;
import org.allodium.engine.internal.model.ModelFolder;
import org.allodium.engine.internal.model.Settings;
import org.allodium.engine.internal.text.TextGrowth;

/// Looks at model directories without loading them.
public final class ModelDirectories {
    private static final int BLOCK = 1 << 16;

    private ModelDirectories() {}

    /// Checks a directory as loading would, reading headers only.
    /// @throws ModelRefused if it could not be loaded
    public static ModelDescription inspect(Path dir) {
        var folder = ModelFolder.read(dir);
        folder.weights().checkWhole();
        folder.tokenizer().map(Settings::json).ifPresent(TextGrowth::check);
        ChatTemplates.find(dir);
        return folder.description();
    }

    /// `sha256:` and the hash over all files below the directory: for each, in the order of its
    /// path with `/` as separator, a line of its SHA-256 in hex, two spaces and the path.
    /// @throws ModelRefused if a file cannot be read, or something is neither file nor directory
    public static String digest(Path dir) {
        try {
            var whole = MessageDigest.getInstance("SHA-256");
            for (var file : files(dir).entrySet()) {
                var line = hash(file.getValue()) + "  " + file.getKey() + "\n";
                whole.update(line.getBytes(StandardCharsets.UTF_8));
            }
            return "sha256:" + HexFormat.of().formatHex(whole.digest());
        } catch (IOException e) {
            throw new ModelRefused("The directory " + dir.getFileName() + " cannot be read.", e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SortedMap<String, Path> files(Path dir) throws IOException {
        var files = new TreeMap<String, Path>();
        try (var walk = Files.walk(dir)) {
            for (var path : (Iterable<Path>) walk::iterator) {
                if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
                    files.put(dir.relativize(path).toString().replace('\\', '/'), path);
                } else if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
                    throw new ModelRefused("The model directory holds a link or a special file.");
                }
            }
        }
        return files;
    }

    private static String hash(Path file) throws IOException, NoSuchAlgorithmException {
        var hash = MessageDigest.getInstance("SHA-256");
        var block = new byte[BLOCK];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(block); n >= 0; n = in.read(block)) {
                hash.update(block, 0, n);
            }
        }
        return HexFormat.of().formatHex(hash.digest());
    }
}
