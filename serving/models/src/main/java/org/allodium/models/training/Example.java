package org.allodium.models.training;

/// A question with the answer that is right for it.
record Example(String topic, String fact, String question, String answer) {}
