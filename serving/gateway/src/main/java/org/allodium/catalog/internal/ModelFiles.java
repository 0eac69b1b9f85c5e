package org.allodium.catalog.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import java.util.regex.Pattern;
import org.allodium.kernel.Refused;

/// Goes through a directory that somebody brings as a model, and trusts nothing in it: no link is
/// followed, be it put there while we look; no name is taken that is none of a model's files; and a
/// file that changes while it is copied is refused. Hidden files are left out.
final class ModelFiles {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}");
    private static final String DIRECTORY = "directory";
    private static final int DEEPEST = 4;
    private static final int MOST_FILES = 4_096;
    private static final int BLOCK = 1 << 20;

    private final Path target;
    private int files;

    private ModelFiles(Path target) {
        this.target = target;
    }

    /// Copies all files into a directory that exists and is empty.
    /// @throws Refused if anything about them is odd
    static void copy(Path source, Path target) throws IOException {
        // The directory itself may be called by a link: whoever names it chooses it.
        var real = source.toRealPath();
        var room = target.toRealPath();
        if (room.startsWith(real)) {
            throw Refused.invalid(DIRECTORY, "catalog.contains-the-store");
        }
        try (var found = Files.newDirectoryStream(real)) {
            new ModelFiles(room).copy(found, Path.of(""), 1);
        }
    }

    private void copy(DirectoryStream<Path> listed, Path below, int depth) throws IOException {
        if (!(listed instanceof SecureDirectoryStream<Path> here)) {
            throw new IOException("This file system cannot be read without following links");
        }
        for (var path : here) {
            var name = path.getFileName();
            if (name.toString().startsWith(".")) {
                continue;
            }
            var place = below.resolve(name);
            if (!NAME.matcher(name.toString()).matches()) {
                throw Refused.invalid(DIRECTORY, "catalog.odd-name");
            }
            if (++files > MOST_FILES) {
                throw Refused.invalid(DIRECTORY, "catalog.too-many-files", MOST_FILES);
            }
            var kind = attributes(here, name);
            if (kind.isDirectory()) {
                if (depth == DEEPEST) {
                    throw Refused.invalid(DIRECTORY, "catalog.too-deep", DEEPEST);
                }
                Files.createDirectory(target.resolve(place.toString()));
                try (var inner = here.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
                    copy(inner, place, depth + 1);
                }
            } else if (kind.isRegularFile()) {
                copyFile(here, name, place);
            } else {
                throw Refused.invalid(DIRECTORY, "catalog.no-ordinary-file", place);
            }
        }
    }

    private static BasicFileAttributes attributes(SecureDirectoryStream<Path> here, Path name)
            throws IOException {
        return here.getFileAttributeView(
                        name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .readAttributes();
    }

    private void copyFile(SecureDirectoryStream<Path> here, Path name, Path place)
            throws IOException {
        var before = attributes(here, name);
        if (before.size() > Files.getFileStore(target).getUsableSpace()) {
            throw Refused.invalid(DIRECTORY, "catalog.no-room");
        }
        Set<OpenOption> reading = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try (var from = here.newByteChannel(name, reading);
                var to =
                        FileChannel.open(
                                target.resolve(place.toString()),
                                StandardOpenOption.CREATE_NEW,
                                StandardOpenOption.WRITE)) {
            if (pump(from, to, before.size()) != before.size()) {
                throw changed(place);
            }
        }
        var after = attributes(here, name);
        if (after.size() != before.size()
                || !after.lastModifiedTime().equals(before.lastModifiedTime())) {
            throw changed(place);
        }
    }

    /// One byte more than was announced tells that the file grows.
    private static long pump(SeekableByteChannel from, FileChannel to, long announced)
            throws IOException {
        var block = ByteBuffer.allocate(BLOCK);
        long copied = 0;
        while (copied <= announced) {
            block.clear();
            if (from.read(block) < 0) {
                return copied;
            }
            block.flip();
            copied += block.remaining();
            while (block.hasRemaining()) {
                to.write(block);
            }
        }
        return copied;
    }

    private static Refused changed(Path place) {
        return Refused.invalid(DIRECTORY, "catalog.changes", place);
    }
}
