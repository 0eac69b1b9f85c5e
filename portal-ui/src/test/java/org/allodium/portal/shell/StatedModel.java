package org.allodium.portal.shell;

import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.nio.file.Path;
import org.allodium.catalog.Model;
import org.allodium.catalog.ModelInspection;

/// Takes each model for the small one that [FakeChatPool] stands for, whatever its files hold.
@Alternative
@Priority(1)
@ApplicationScoped
class StatedModel implements ModelInspection {
    @Override
    public Finding inspect(Path directory) {
        return new Finding(Model.Modality.TEXT, "LlamaForCausalLM", 1_000_000, 1024, 0);
    }

    @Override
    public String digest(Path directory) {
        return "sha256:" + "ab".repeat(32);
    }
}
