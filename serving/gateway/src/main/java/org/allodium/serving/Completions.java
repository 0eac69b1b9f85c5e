package org.allodium.serving;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.allodium.billing.Settlement.Outcome;
import org.allodium.catalog.Model;
import org.allodium.engine.GenerationRequest;
import org.allodium.engine.OutputFormat;
import org.allodium.engine.Sampling;
import org.allodium.engine.SamplingDefaults;
import org.allodium.engine.Turn;
import org.allodium.engine.WrittenChat;
import org.allodium.evidence.Receipt;
import org.allodium.kernel.ErrorCode;
import org.allodium.kernel.Refused;
import org.allodium.serving.internal.answers.AnswerCache;
import org.allodium.serving.internal.answers.AnswerFlow;
import org.allodium.serving.internal.answers.AnswerKey;
import org.allodium.serving.internal.answers.InferenceSteps;
import org.allodium.serving.internal.answers.InferenceSteps.Choice;
import org.allodium.serving.internal.answers.RequestRun;
import org.allodium.serving.internal.pools.ChatPool;
import org.allodium.serving.internal.pools.ModelPool;
import org.allodium.serving.internal.pools.SeatLease;
import org.allodium.serving.internal.receipts.ReceiptDraft;
import org.allodium.serving.internal.retrieval.Retrievals;
import org.allodium.sovereignty.PlacementRequest.Activity;
import org.allodium.sovereignty.PoolPlace;
import org.allodium.tenancy.Anyone;
import org.allodium.tenancy.Project;
import org.allodium.tenancy.Roster;

/// Chat and text completions, for API and playground: find, decide, admit, run, settle, receipt.
@ApplicationScoped
public class Completions {
    public static final String CHAT_IDS = "chatcmpl-";

    public static final String TEXT_IDS = "cmpl-";

    @Inject Arrivals arrivals;
    @Inject InferenceSteps steps;
    @Inject Roster roster;
    @Inject Retrievals retrievals;
    @Inject AnswerCache cache;
    @Inject ServingMeters meters;
    @Inject ServingConfig config;
    @Inject Clock clock;

    /// Runs to the end on the calling (virtual) thread. Refusals are thrown as [Refused] before the
    /// first byte; a failure of the platform also after it.
    @Anyone
    public void chat(ChatCommand command, AnswerListener listener) {
        try (var arrival = arrivals.arrive(command.caller(), CHAT_IDS)) {
            answer(arrival, command, listener);
        }
    }

    /// The same for texts that are continued as they are.
    @Anyone
    public void complete(TextCommand command, AnswerListener listener) {
        try (var arrival = arrivals.arrive(command.caller(), TEXT_IDS)) {
            answer(arrival, command, listener);
        }
    }

    /// For one who let the request in before reading it, and closes the arrival.
    @Anyone
    public void answer(Arrival arrival, AnswerCommand command, AnswerListener listener) {
        var operation =
                switch (command) {
                    case ChatCommand chat -> "chat";
                    case TextCommand text -> "completions";
                };
        var model = steps.find(command.caller(), command.model(), Model.Modality.TEXT);
        var watch =
                new Watch(
                        meters,
                        clock,
                        operation,
                        model.name(),
                        () -> arrivals.mayTouch(command.caller(), Activity.METRICS));
        try {
            run(command, arrival, model, listener, watch);
        } finally {
            watch.stop();
        }
    }

    private void run(
            AnswerCommand command,
            Arrival arrival,
            Model model,
            AnswerListener listener,
            Watch watch) {
        var file = steps.samplingDefaults(model);
        var sampling = command.options().sampling().over(file);
        var demands =
                Demands.of(
                                AnswerCache.keeps(command, sampling) && keepsAnswers(command),
                                command.residency(),
                                command.dataClass())
                        .retrieving(Retrievals.answers(command));
        var choice = steps.choose(arrival, model, demands);
        boolean cached = demands.cached() && choice.decision().allows(Activity.ANSWER_CACHE);
        var pool = pool(choice.ready().getFirst());
        checkBiases(sampling, pool);
        Fit.check(command, model, pool);
        var looksUp = demands.retrieves() ? retrievals.fingerprint(model, pool.pool()) : "";
        // The file bounds what the model makes up; a quotation ends by itself, with its link.
        int most = looksUp.isEmpty() ? mostTokens(file) : config.defaultMaxOutput();
        var asked =
                new Asked(
                        command, sampling, choice, demands, written(command, pool), most, looksUp);
        var known = cached ? find(asked) : Optional.<AnswerCache.Answer>empty();
        if (known.isPresent()) {
            replay(asked, known.get(), listener, watch);
            return;
        }
        var prompts = asked.prompts(pool);
        try (var run = steps.admit(choice, prompts.inputTokens(), asked.maxOutput(prompts))) {
            // A form may be dear to prepare: whoever asks for one has a place and money by now.
            pool.check(command.options().format());
            try (var lease = steps.enter(choice)) {
                run.open();
                var looked = look(asked, lease);
                generate(asked, new Making(prompts, run, lease, looked), listener, watch);
            }
        }
    }

    /// A conversation before it is tokenized: that suffices to find a kept answer.
    private static WrittenChat written(AnswerCommand command, ChatPool pool) {
        return command instanceof ChatCommand chat
                ? pool.write(chat.messages(), chat.tools(), chat.templateVariables())
                : new WrittenChat(List.of());
    }

    /// Of a chat that names no bound: the file's, within the platform's.
    private int mostTokens(SamplingDefaults file) {
        int platform = config.defaultMaxOutput();
        return file.maxTokens().map(own -> Math.min(own, platform)).orElse(platform);
    }

    private static void checkBiases(Sampling sampling, ChatPool pool) {
        for (int id : sampling.logitBias().keySet()) {
            if (!pool.knows(id)) {
                throw Refusals.noSuchToken(id, "logit_bias");
            }
        }
    }

    private boolean keepsAnswers(AnswerCommand command) {
        var caller = command.caller();
        return roster.project(caller.tenant(), caller.project())
                .filter(Project::answerCache)
                .isPresent();
    }

    private Optional<AnswerCache.Answer> find(Asked asked) {
        var known = cache.find(asked.key(), asked.choice().decision());
        meters.cache(known.isPresent());
        return known;
    }

    /// Says a kept answer again, piece by piece as it was first said.
    private void replay(
            Asked asked, AnswerCache.Answer answer, AnswerListener listener, Watch watch) {
        try (var run =
                steps.admit(asked.choice(), answer.inputTokens(), answer.completionTokens())) {
            replay(asked, run, answer, listener, watch);
        }
    }

    private void replay(
            Asked asked,
            RequestRun run,
            AnswerCache.Answer answer,
            AnswerListener listener,
            Watch watch) {
        var place = asked.choice().place(answer.poolId());
        var made =
                Receipt.Making.at(ReceiptDraft.site(place))
                        .repeating(answer.receipt())
                        .ended(AnswerFlow.reasons(answer.choices()));
        var start = start(asked, run, place, true);
        // Priced before it is said: a replay costs the same however much of it is read.
        var settled = run.conclude(answer.completionTokens(), true, made);
        watch.answered("cached");
        AnswerFlow.toClient(
                () -> {
                    listener.started(start);
                    AnswerFlow.say(answer.choices(), listener);
                    listener.ended(
                            new AnswerEnd(
                                    run.inputTokens(),
                                    answer.completionTokens(),
                                    run.inputTokens(),
                                    settled));
                });
    }

    private Optional<Retrievals.Looked> look(Asked asked, SeatLease lease) {
        var choice = asked.choice();
        return asked.demands().retrieves() && asked.command() instanceof ChatCommand chat
                ? retrievals.look(chat, choice.model(), choice.decision(), lease.pool().pool())
                : Optional.empty();
    }

    /// An answer that has its seat.
    private record Making(
            Prompts prompts, RequestRun run, SeatLease lease, Optional<Retrievals.Looked> looked) {
        Receipt.Making receipt() {
            var here = Receipt.Making.at(ReceiptDraft.site(lease));
            return looked.map(found -> here.quoting(found.receipt())).orElse(here);
        }
    }

    private void generate(Asked asked, Making making, AnswerListener listener, Watch watch) {
        var run = making.run();
        var lease = making.lease();
        run.madeAt(making.receipt());
        var flow =
                new AnswerFlow(
                        run,
                        listener,
                        () -> listener.started(start(asked, run, lease.place(), false)),
                        config.keepAlive(),
                        watch::firstToken,
                        () ->
                                steps.stillPermits(
                                        asked.choice(), asked.demands(), lease.pool().pool()));
        var format =
                making.looked()
                        .<OutputFormat>map(found -> new OutputFormat.Quote(found.answer()))
                        .orElse(asked.command().options().format());
        var spoken = flow.speak(pool(lease.pool()), asked.continuations(making.prompts(), format));
        end(asked, new Ending(making, flow, spoken), listener, watch);
    }

    private record Ending(Making making, AnswerFlow flow, List<AnswerCache.Spoken> spoken) {
        Ending {
            spoken = List.copyOf(spoken);
        }
    }

    private void end(Asked asked, Ending ending, AnswerListener listener, Watch watch) {
        var run = ending.making().run();
        var lease = ending.making().lease();
        var flow = ending.flow();
        var spoken = ending.spoken();
        var made = ending.making().receipt().ended(AnswerFlow.reasons(spoken));
        if (!flow.started()) {
            watch.answered("cancelled");
            return;
        }
        if (flow.failed() && (flow.tokens() == 0 || !listener.streams())) {
            watch.answered("failed");
            throw broken(flow);
        }
        watch.tokens(run.inputTokens(), flow.tokens());
        if (flow.failed()) {
            run.settle(flow.tokens(), Outcome.FAILED, made);
            watch.answered("failed");
            throw broken(flow);
        }
        if (flow.clientGone()) {
            run.settle(flow.tokens(), Outcome.CANCELLED, made);
            watch.answered("cancelled");
            return;
        }
        watch.answered("failed");
        var settled = run.conclude(flow.tokens(), false, made);
        watch.answered("completed");
        var pool = lease.pool().pool().value();
        keep(
                asked,
                new AnswerCache.Answer(run.id(), pool, run.inputTokens(), flow.tokens(), spoken));
        var end =
                new AnswerEnd(
                        run.inputTokens(),
                        flow.tokens(),
                        flow.cachedTokens(asked.command().options().choices()),
                        settled);
        AnswerFlow.toClient(
                () -> {
                    flow.lastWord().run();
                    listener.ended(end);
                });
    }

    /// Before the client hears the end, so that asking again at once finds it.
    private void keep(Asked asked, AnswerCache.Answer whole) {
        if (asked.demands().cached()
                && steps.stillAllows(asked.choice(), asked.demands(), Activity.ANSWER_CACHE)) {
            cache.keep(asked.key(), whole);
        }
    }

    private static Refused broken(AnswerFlow flow) {
        return flow.stopped()
                .map(Refusals::stopped)
                .orElseGet(() -> Refused.of(ErrorCode.UPSTREAM_FAILED, "serving.model-stopped"));
    }

    private AnswerStart start(Asked asked, RequestRun run, PoolPlace place, boolean fromCache) {
        return asked.choice()
                .start(
                        run.id(),
                        clock.instant(),
                        place,
                        fromCache,
                        arrivals.rate(asked.choice().arrival()));
    }

    private static ChatPool pool(ModelPool pool) {
        if (pool instanceof ChatPool chat) {
            return chat;
        }
        throw new IllegalStateException("Pool " + pool.pool() + " makes no text");
    }

    /// A request that was decided.
    /// @param most tokens of an answer where the request does not say
    private record Asked(
            AnswerCommand command,
            Sampling sampling,
            Choice choice,
            Demands demands,
            WrittenChat written,
            int most,
            String looksUp) {
        AnswerKey key() {
            var options = command.options();
            return new AnswerKey(
                    command.caller().tenant(),
                    choice.decision().epoch(),
                    choice.decision().policyHash(),
                    choice.model().digest(),
                    looksUp,
                    written,
                    options.maxTokens().map(SamplingOptions.MostTokens::tokens).orElse(0),
                    most,
                    choice.model().contextLength(),
                    sampling,
                    options.ending(),
                    options.format(),
                    options.choices());
        }

        Prompts prompts(ChatPool pool) {
            return switch (command) {
                case ChatCommand chat -> Prompts.of(chat, written, choice.model(), pool, most);
                case TextCommand text -> Prompts.of(text, choice.model(), pool);
            };
        }

        long maxOutput(Prompts prompts) {
            return prompts.maxTokens() * command.options().choices();
        }

        /// A tenant's prefixes are its own: nobody else can find or time them.
        private Turn turn() {
            var tenant = command.caller().tenant().toString();
            return new Turn(choice.arrival().limits().priority().ordinal(), tenant, 1, tenant);
        }

        /// Choices of one prompt differ by their seed, in a way that the same request repeats.
        List<ChatPool.Continuation> continuations(Prompts prompts, OutputFormat format) {
            var options = command.options();
            var turn = turn();
            var all = new ArrayList<ChatPool.Continuation>();
            for (var prompt : prompts.all()) {
                for (int n = 0; n < options.choices(); n++) {
                    var seed = sampling.seed();
                    var request =
                            new GenerationRequest(
                                    prompt.tokens(),
                                    prompt.maxTokens(),
                                    sampling.withSeed(seed == null ? null : seed + n),
                                    options.ending(),
                                    options.logprobs(),
                                    format,
                                    turn);
                    all.add(new ChatPool.Continuation(request, options.tokens(), prompt.echo()));
                }
            }
            return all;
        }
    }
}
