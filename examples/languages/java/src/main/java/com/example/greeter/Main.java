package com.example.greeter;

import dev.truekeel.App;
import dev.truekeel.AppProps;
import dev.truekeel.Environment;
import dev.truekeel.EnvironmentProps;
import dev.truekeel.OnFailure;
import dev.truekeel.Policies;
import dev.truekeel.PolicyException;
import dev.truekeel.PolicyExceptionProps;
import dev.truekeel.PolicyProps;
import dev.truekeel.Prune;
import dev.truekeel.Settings;
import dev.truekeel.Severity;
import java.util.List;
import java.util.Map;
import org.cdk8s.ApiObject;

public final class Main {
  public static void main(String[] args) {
    App app =
        new App(AppProps.builder().project("greeter").policies(List.of(new HasOwner())).build());
    Environment staging =
        new Environment(
            app,
            "staging",
            EnvironmentProps.builder().namespace("greeter").kubernetesVersion("1.33").build());
    PolicyProps severe = PolicyProps.builder().severity(Severity.ERROR).build();
    Environment production =
        new Environment(
            app,
            "production",
            EnvironmentProps.builder()
                .namespace("greeter")
                .kubernetesVersion("1.33")
                .promotesFrom(List.of(staging))
                .onFailure(OnFailure.ROLL_BACK)
                .policies(List.of(Policies.starterRule("latest-tag", severe)))
                .build());
    fill(staging, 1);
    fill(production, 3);
    app.synth();
  }

  private static void fill(Environment environment, int replicas) {
    WebService store =
        new WebService(
            environment,
            "store",
            new WebService.Options(
                "registry.example.com/store:2.1.0",
                6379,
                1,
                Map.of(),
                Map.of("APPEND_ONLY", "yes", "MAX_MEMORY", "48mb")));
    PolicyException.add(
        store.deployment(),
        PolicyExceptionProps.builder()
            .policy("has-owner")
            .reason("the store moves to the platform team")
            .expires("2099-12-31")
            .build());
    ApiObject data =
        store.apiObject(
            "store-data",
            "v1",
            "PersistentVolumeClaim",
            Map.of(),
            Map.of(
                "spec",
                Map.of(
                    "accessModes", List.of("ReadWriteOnce"),
                    "resources", Map.of("requests", Map.of("storage", "1Gi")))));
    Settings.of(data).prune(Prune.PROTECT);
    WebService web =
        new WebService(
            environment,
            "web",
            new WebService.Options(
                "registry.example.com/greeter:1.4.2",
                8080,
                replicas,
                Map.of("owner", "greeters"),
                Map.of("GREETING", "Grüße, 世界", "STORE", "store-service:80", "LEVEL", "0755")));
    web.addDependency(store);
  }

  private Main() {}
}
