package dev.touchstone.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code touchstone assess}. */
@Command(
        name = "assess",
        mixinStandardHelpOptions = true,
        description = "Replace the KPI values of every period that touches some days.")
final class AssessCommand implements Callable<Integer> {
    @Mixin
    private StageOptions options;

    @Override
    public Integer call() {
        return options.execute(StageOptions.Stages.ASSESS);
    }
}
