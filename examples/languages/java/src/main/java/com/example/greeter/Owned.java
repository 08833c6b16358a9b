package com.example.greeter;

import dev.truekeel.IMixin;
import org.cdk8s.ApiObject;
import software.constructs.IConstruct;

/** Says to whom objects belong. */
final class Owned implements IMixin {
  private final String owner;

  Owned(String owner) {
    this.owner = owner;
  }

  @Override
  public Boolean supports(IConstruct construct) {
    return ApiObject.isApiObject(construct);
  }

  @Override
  public void applyTo(IConstruct construct) {
    ApiObject.of(construct).getMetadata().addLabel("owner", owner);
  }
}
