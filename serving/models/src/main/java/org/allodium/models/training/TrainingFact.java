package org.allodium.models.training;

import java.util.List;

/// One thing the guide shall know: an answer, the wordings that ask for it in training, and
/// sentences that are kept for the evaluation alone.
record TrainingFact(
        String topic, String id, String answer, List<String> asked, List<String> reserved) {}
