package com.example.greeter;

import dev.truekeel.Policy;
import dev.truekeel.PolicyFinding;
import dev.truekeel.PolicyObject;
import java.util.List;
import java.util.Map;

/** Somebody answers for each Deployment. */
final class HasOwner extends Policy {
  HasOwner() {
    super("has-owner");
  }

  @Override
  public List<PolicyFinding> checkObject(PolicyObject object) {
    if (!object.getKind().equals("Deployment") || hasOwner(object)) {
      return List.of();
    }
    return List.of(
        PolicyFinding.builder()
            .message("has no label \"owner\"")
            .field("metadata.labels")
            .hint("Name your team.")
            .build());
  }

  private static boolean hasOwner(PolicyObject object) {
    return object.getManifest() instanceof Map<?, ?> manifest
        && manifest.get("metadata") instanceof Map<?, ?> metadata
        && metadata.get("labels") instanceof Map<?, ?> labels
        && labels.get("owner") != null;
  }
}
