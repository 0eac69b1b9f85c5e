package org.allodium.evidence;

import jakarta.annotation.PreDestroy;
import jakarta.annotation.Priority;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.Initialized;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.allodium.evidence.internal.CheckpointKey;
import org.allodium.evidence.internal.Followed;
import org.allodium.evidence.internal.KeyRing;
import org.allodium.evidence.internal.LogName;
import org.allodium.evidence.internal.Readings;
import org.allodium.evidence.internal.Sealing;
import org.allodium.evidence.internal.Sequencer;
import org.allodium.evidence.internal.SigningKey;
import org.allodium.evidence.internal.UnreadableReceipt;
import org.allodium.kernel.Database;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/// Signed receipts. Appended in the caller's transaction, never changed.
@ApplicationScoped
public class Receipts {
    @Resource(lookup = "jdbc/app")
    DataSource app;

    @Inject Clock clock;

    @Resource(lookup = "jdbc/platform")
    DataSource platform;

    private final Sealing sealing = new Sealing();

    private KeyRing keys;
    private Readings readings;
    private @Nullable Sequencer sequencer;

    /// For CDI, which opens the keys at start.
    @SuppressWarnings("NullAway.Init")
    public Receipts() {}

    /// Without a container, and without a log.
    public Receipts(SigningKey key, DataSource app, Clock clock) {
        this(new KeyRing(key, Path.of("no such file")), app, clock);
    }

    /// Follows the rotations of a key file.
    @SuppressWarnings("UnnecessaryAssignment")
    public Receipts(KeyRing keys, DataSource app, Clock clock) {
        this.keys = keys;
        this.app = app;
        this.clock = clock;
        this.readings = new Readings(app, keys::current, clock);
    }

    /// At start and not at the first receipt: a key that is lost or unreadable stops the start.
    void open(@Observes @Priority(10) @Initialized(ApplicationScoped.class) Object start) {
        var config = EvidenceConfig.read(ConfigProvider.getConfig());
        var file = config.signingKeyFile();
        try {
            keys =
                    Database.over(platform)
                            .withHandle(
                                    handle -> {
                                        LogName.establish(handle, config.logOrigin());
                                        var register = new KeyRegister(file, clock);
                                        return new KeyRing(
                                                register.open(handle.getConnection()), file);
                                    });
        } catch (JdbiException e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.keys-unreadable").because(e);
        }
        readings = new Readings(app, keys::current, clock);
        startLog(KeyUse.CHECKPOINTS.file(file));
    }

    /// @param checkpointKey the file of the key that signs its checkpoints
    void startLog(Path checkpointKey) {
        var key =
                new Followed<>(
                        CheckpointKey.open(checkpointKey), checkpointKey, CheckpointKey::open);
        sequencer = new Sequencer(platform, key::current, clock);
        sequencer.start();
    }

    @PreDestroy
    void stopLog() {
        if (sequencer != null) {
            sequencer.close();
        }
    }

    /// Payload, salt and leaf of a receipt. Writes nothing, asks nobody and signs nothing.
    public SealedReceipt seal(Receipt receipt) {
        return sealing.seal(receipt.as(ReceiptSchema.LATEST));
    }

    /// Writes into the caller's open transaction, so that money and receipt become durable
    /// together. The connection is one of role `allodium_platform`. A run is one run of one node;
    /// its receipts are numbered from 0 without gaps by their single writer, whose transactions
    /// commit in that order. Numbers of a transaction that was taken back are given again.
    public void keep(Handle handle, long run, long first, List<SealedReceipt> receipts) {
        sealing.keep(handle, run, first, receipts);
    }

    /// After that commit; the log takes them soon. Never blocks, and may be forgotten: the log
    /// finds what it was not told of, only later.
    public void kept(long run, long first, List<SealedReceipt> receipts) {
        sealing.kept(receipts);
        if (sequencer != null) {
            sequencer.offer(run, first, receipts);
        }
    }

    /// Of this tenant only; another tenant's receipt does not exist. Waits some seconds for the log
    /// to take in a receipt that is kept, and then refuses.
    @Transactional(TxType.NOT_SUPPORTED)
    public Optional<ProvenReceipt> find(UUID tenant, String receiptId) {
        try {
            return readings.find(tenant, receiptId);
        } catch (JdbiException | UnreadableReceipt e) {
            throw Refused.of(ErrorCode.SERVER_ERROR, "evidence.receipt-unreadable").because(e);
        }
    }

    /// All public keys, old ones too, with their validity, as a JWK set (RFC 7517).
    public String jwks() {
        return keys.jwks();
    }
}
