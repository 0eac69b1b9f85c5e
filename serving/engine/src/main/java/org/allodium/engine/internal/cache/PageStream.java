package org.allodium.engine.internal.cache;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.allodium.engine.PagesRefused;
import org.allodium.engine.internal.kernel.StepKernel;

/// The keys and values of a prompt's full pages as bytes. Numbers are big-endian, texts as
/// [DataOutputStream#writeUTF] writes them:
///
/// `ALKV`, version (int), the model's digest (text), the pages' layout (text), tokens in a page
/// (int), tokens (int), token ids (long each), bytes of content (long), the content, and the
/// SHA-256 over all before it.
public final class PageStream {
    private static final int MAGIC = 0x414C4B56;
    private static final int VERSION = 1;
    private static final int HASH_BYTES = 32;

    private final String model;
    private final String layout;
    private final int pageTokens;
    private final long pageBytes;

    /// @param model the digest of the model's directory
    public PageStream(String model, StepKernel kernel) {
        this.model = model;
        this.layout = kernel.pageLayout();
        this.pageTokens = kernel.pageTokens();
        this.pageBytes = kernel.pageBytes();
    }

    public void write(long[] tokens, CarriedPages pages, OutputStream to) throws IOException {
        var hashing = new DigestOutputStream(to, sha256());
        var out = new DataOutputStream(hashing);
        out.writeInt(MAGIC);
        out.writeInt(VERSION);
        out.writeUTF(model);
        out.writeUTF(layout);
        out.writeInt(pageTokens);
        out.writeInt(pages.positions());
        for (int i = 0; i < pages.positions(); i++) {
            out.writeLong(tokens[i]);
        }
        out.writeLong(pages.content().length);
        out.write(pages.content());
        out.flush();
        to.write(hashing.getMessageDigest().digest());
        to.flush();
    }

    /// Reads the pages for a prompt that begins with their tokens.
    /// @throws PagesRefused if they are of another model or prompt, or damaged
    public CarriedPages read(long[] prompt, InputStream from) throws IOException {
        var hashing = new DigestInputStream(from, sha256());
        var in = new DataInputStream(hashing);
        try {
            checkHeader(in);
            int positions = readTokens(prompt, in);
            var content = readContent(positions, in);
            var hash = hashing.getMessageDigest().digest();
            var written = from.readNBytes(HASH_BYTES);
            refuseUnless(
                    Arrays.equals(hash, written),
                    "The pages are damaged: their checksum is another one");
            return new CarriedPages(positions, content);
        } catch (EOFException e) {
            throw new PagesRefused("The pages end too early");
        }
    }

    private void checkHeader(DataInputStream in) throws IOException {
        refuseUnless(in.readInt() == MAGIC, "These are no pages of keys and values");
        int version = in.readInt();
        refuseUnless(
                version == VERSION,
                "The pages have version " + version + ", this engine reads " + VERSION);
        refuseUnless(in.readUTF().equals(model), "The pages were computed by another model");
        var theirs = in.readUTF();
        refuseUnless(
                theirs.equals(layout),
                "The pages hold %s, this copy of the model needs %s".formatted(theirs, layout));
        int tokens = in.readInt();
        refuseUnless(
                tokens == pageTokens,
                "The pages hold %d tokens each, here it is %d".formatted(tokens, pageTokens));
    }

    private int readTokens(long[] prompt, DataInputStream in) throws IOException {
        int positions = in.readInt();
        refuseUnless(
                positions >= 0 && positions % pageTokens == 0, "The pages have no proper length");
        refuseUnless(positions <= prompt.length, "The pages hold more than the prompt");
        for (int i = 0; i < positions; i++) {
            refuseUnless(
                    in.readLong() == prompt[i], "The pages hold another beginning than the prompt");
        }
        return positions;
    }

    private byte[] readContent(int positions, DataInputStream in) throws IOException {
        long expected = positions / pageTokens * pageBytes;
        refuseUnless(
                in.readLong() == expected && expected <= Integer.MAX_VALUE - Long.BYTES,
                "The pages have another size than those of this model");
        var content = in.readNBytes((int) expected);
        refuseUnless(content.length == expected, "The pages end too early");
        return content;
    }

    private static void refuseUnless(boolean right, String sentence) {
        if (!right) {
            throw new PagesRefused(sentence);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
