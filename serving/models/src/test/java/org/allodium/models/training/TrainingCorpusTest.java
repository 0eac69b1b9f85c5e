package org.allodium.models.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TrainingCorpusTest {

    private static final long SEED = 7;
    private final List<TrainingFact> facts = TrainingCorpus.bundledFacts();
    private final TrainingCorpus corpus = TrainingCorpus.of(facts, SEED);

    @Test
    void followsFromItsSeed() {
        assertThat(TrainingCorpus.of(TrainingCorpus.bundledFacts(), SEED)).isEqualTo(corpus);
        assertThat(TrainingCorpus.of(facts, SEED + 1).combinations())
                .isNotEqualTo(corpus.combinations());
    }

    @Test
    void keepsTheEvaluationOutOfTraining() {
        var trained =
                corpus.training().stream()
                        .flatMap(List::stream)
                        .map(example -> TrainingCorpus.key(example.question()))
                        .collect(Collectors.toSet());
        assertThat(Stream.concat(corpus.sentences().stream(), corpus.combinations().stream()))
                .isNotEmpty()
                .allSatisfy(
                        example ->
                                assertThat(trained)
                                        .doesNotContain(TrainingCorpus.key(example.question())));
    }

    @Test
    void asksFreshQuestionsThatNoTrainingHolds() {
        var trained =
                corpus.training().stream()
                        .flatMap(List::stream)
                        .map(example -> TrainingCorpus.key(example.question()))
                        .collect(Collectors.toSet());
        assertThat(corpus.fresh(facts))
                .hasSizeGreaterThan(80)
                .allSatisfy(
                        example ->
                                assertThat(trained)
                                        .doesNotContain(TrainingCorpus.key(example.question())));
    }

    @Test
    void asksForEveryFactInTrainingAndAfterwards() {
        assertThat(facts).hasSizeGreaterThan(150);
        assertThat(corpus.training())
                .hasSameSizeAs(facts)
                .allSatisfy(examples -> assertThat(examples).hasSizeGreaterThan(5));
        assertThat(corpus.sentences().stream().map(Example::answer).distinct().count())
                .isEqualTo(facts.size());
    }

    @Test
    void answersOneQuestionInOneWay() {
        var answers = new HashMap<String, String>();
        for (var example : corpus.training().stream().flatMap(List::stream).toList()) {
            var before = answers.put(TrainingCorpus.key(example.question()), example.answer());
            assertThat(before == null || before.equals(example.answer()))
                    .as(example.question())
                    .isTrue();
        }
    }

    @Test
    void answersBriefly() {
        assertThat(facts).allSatisfy(fact -> assertThat(fact.answer()).hasSizeLessThan(260));
    }
}
