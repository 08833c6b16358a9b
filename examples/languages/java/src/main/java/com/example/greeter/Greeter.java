package com.example.greeter;

import com.example.greeter.imports.greeter_example_com.Greeting;
import com.example.greeter.imports.greeter_example_com.GreetingSpec;
import com.example.greeter.imports.greeter_example_com.GreetingSpecTexts;
import dev.truekeel.Application;
import dev.truekeel.ApplicationProps;
import dev.truekeel.ComputeAmount;
import dev.truekeel.Config;
import dev.truekeel.ContainerOptions;
import dev.truekeel.Cpu;
import dev.truekeel.Drift;
import dev.truekeel.Environment;
import dev.truekeel.EnvironmentSource;
import dev.truekeel.EnvironmentValue;
import dev.truekeel.GatewayReference;
import dev.truekeel.GatewayReferenceOptions;
import dev.truekeel.HealthCheck;
import dev.truekeel.HealthCheckOptions;
import dev.truekeel.Mixins;
import dev.truekeel.Mount;
import dev.truekeel.Topology;
import dev.truekeel.TopologySpread;
import dev.truekeel.Workload;
import dev.truekeel.WorkloadKind;
import dev.truekeel.WorkloadRoute;
import java.util.List;
import java.util.Map;
import org.cdk8s.Cron;
import org.cdk8s.Duration;
import org.cdk8s.JsonPatch;
import org.cdk8s.Size;

/** What greets, what cleans up behind it, and what it says: a custom resource. */
final class Greeter extends Application {
  private static final String IMAGE = "registry.example.com/greeter:1.4.2";

  Greeter(Environment scope, String name, int replicas) {
    super(scope, name, ApplicationProps.builder().drift(Drift.CORRECT).build());
    Workload web = web(replicas);
    Workload.Builder.create(this, "cleanup")
        .kind(WorkloadKind.CRON_JOB)
        .schedule(Cron.daily())
        .timeZone("Europe/Rome")
        .image(IMAGE)
        .args(List.of("clean-up", "--from", web.getUrl()))
        .build();
    Greeting.Builder.create(this, "greeting")
        .spec(
            GreetingSpec.builder()
                .fromValue("greeter")
                .texts(
                    List.of(
                        GreetingSpecTexts.builder()
                            .language("de")
                            .text("Grüße")
                            .defaultValue(true)
                            .build(),
                        GreetingSpecTexts.builder().language("zh").text("世界").build()))
                .serverIp("192.0.2.7")
                .tone("formal")
                .port("metrics")
                .limits(Map.of("guests", 30, "partners", 600))
                .rendering(Map.of("columns", 80, "emphasis", Map.of("words", List.of("world"))))
                .build())
        .build();
    Map<String, Object> farewell = Map.of("language", "it", "text", "Ciao", "default", true);
    Greeting.fromManifest(
        this,
        "farewell",
        Map.of("spec", Map.of("from", "greeter", "texts", List.of(farewell), "port", 9090)));
    Mixins.of(this).apply(new Owned("greeters"));
  }

  private Workload web(int replicas) {
    Config settings =
        Config.Builder.create(this, "settings")
            .data(Map.of("GREETING", "Grüße, 世界", "STORE", "store-service:80", "LEVEL", "0755"))
            .build();
    HealthCheckOptions often = HealthCheckOptions.builder().period(Duration.seconds(5)).build();
    GatewayReferenceOptions elsewhere =
        GatewayReferenceOptions.builder().namespace("gateways").build();
    Workload web =
        Workload.Builder.create(this, "web")
            .image(IMAGE)
            .port(8080)
            .morePorts(Map.of("metrics", 9090))
            .replicas(replicas)
            .environmentFrom(List.of(EnvironmentSource.config(settings)))
            .environmentValues(Map.of("POD", EnvironmentValue.field("metadata.name")))
            .mounts(List.of(Mount.emptyDirectory("/cache", Size.mebibytes(32))))
            .requests(
                ComputeAmount.builder().cpu(Cpu.millis(100)).memory(Size.mebibytes(64)).build())
            .readiness(HealthCheck.http("/ready", often))
            .spread(TopologySpread.Builder.create().over(List.of(Topology.ZONE)).build())
            .route(
                WorkloadRoute.builder()
                    .gateway(GatewayReference.named("public", elsewhere))
                    .hostnames(List.of("greeter.example.com"))
                    .build())
            .build();
    web.addInitContainer(
        "migrate", ContainerOptions.builder().image(IMAGE).args(List.of("migrate")).build());
    web.patch(JsonPatch.add("/spec/revisionHistoryLimit", 3));
    return web;
  }
}
