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
import dev.truekeel.Severity;
import java.util.List;

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
    Store store = new Store(environment, "store");
    PolicyException.add(
        store.deployment(),
        PolicyExceptionProps.builder()
            .policy("has-owner")
            .reason("the store moves to the platform team")
            .expires("2099-12-31")
            .build());
    Greeter greeter = new Greeter(environment, "greeter", replicas);
    greeter.addDependency(store);
  }

  private Main() {}
}
