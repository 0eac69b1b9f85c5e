package org.allodium.launcher;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.Optional;

/// Held by whoever starts something on a data folder, and no longer: two starts never work on one
/// folder. The kernel gives it free when its holder is killed.
final class FolderLock implements AutoCloseable {
    private final DataFolder folder;
    private final RandomAccessFile file;

    private FolderLock(DataFolder folder, RandomAccessFile file) {
        this.folder = folder;
        this.file = file;
    }

    static FolderLock take(DataFolder folder) {
        return tryTake(folder)
                .orElseThrow(
                        () ->
                                new Trouble(
                                        "Another ./allodium works on "
                                                + folder.home()
                                                + " right now: wait for it, or stop it with ./allodium down."));
    }

    /// Empty while another holds it.
    static Optional<FolderLock> tryTake(DataFolder folder) {
        try {
            var file = new RandomAccessFile(folder.run().resolve("lock").toFile(), "rw");
            if (!held(file)) {
                file.close();
                return Optional.empty();
            }
            Child.record(starter(folder), ProcessHandle.current());
            return Optional.of(new FolderLock(folder, file));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean held(RandomAccessFile file) throws IOException {
        try {
            FileLock held = file.getChannel().tryLock();
            return held != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    /// Whether somebody is starting something right now.
    static boolean isHeld(DataFolder folder) {
        return Child.recorded(starter(folder)).isPresent();
    }

    private static Path starter(DataFolder folder) {
        return folder.run().resolve("starter.pid");
    }

    @Override
    public void close() {
        try {
            DataFolder.delete(starter(folder));
            file.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
