package com.example.greeter;

import dev.truekeel.App;
import dev.truekeel.AppProps;
import dev.truekeel.Application;
import dev.truekeel.Drift;
import dev.truekeel.Environment;
import dev.truekeel.EnvironmentProps;
import dev.truekeel.HelmChart;
import dev.truekeel.Settings;
import java.util.Map;
import org.cdk8s.JsonPatch;

/** A Helm chart, with values, and with changes to what it makes. */
public final class Counter {
  public static void main(String[] args) {
    App app = new App(AppProps.builder().project("counter").build());
    Environment production =
        new Environment(
            app,
            "production",
            EnvironmentProps.builder().namespace("counter").kubernetesVersion("1.33").build());
    Application application = new Application(production, "counter");
    HelmChart counter =
        HelmChart.Builder.create(application, "counter")
            .chart("counter")
            .values(
                Map.of(
                    "replicas",
                    2,
                    "settings",
                    Map.of("STORE", "store-service:80", "LIMIT", 1000, "EXACT", true)))
            .build();
    Settings.of(counter).drift(Drift.REPORT);
    counter
        .object("Deployment", "counter")
        .addJsonPatch(JsonPatch.add("/spec/revisionHistoryLimit", 3));
    counter.leaveOut("ServiceAccount", "counter");
    app.synth();
  }

  private Counter() {}
}
