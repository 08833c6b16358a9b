/** Knative (specs/serving, "Conditions"): Ready is Unknown while it is worked on, False when it is not going to be
 * ready as things are, which may still change when what it refers to turns up. KServe follows it. */
import type { KindRules } from '../kind-rule.ts';
import { READY_OR_FAILING } from '../words.ts';

const KINDS: Readonly<Record<string, string>> = {
  'serving.knative.dev': 'Service Configuration Revision Route DomainMapping',
  'eventing.knative.dev': 'Broker Trigger EventType',
  'messaging.knative.dev': 'Channel InMemoryChannel KafkaChannel Subscription',
  'flows.knative.dev': 'Parallel Sequence',
  'sources.knative.dev': 'ApiServerSource ContainerSource KafkaSource PingSource SinkBinding',
  'operator.knative.dev': 'KnativeServing KnativeEventing',
  'serving.kserve.io': 'InferenceService InferenceGraph LLMInferenceService',
};

export const knative: KindRules = Object.fromEntries(
  Object.entries(KINDS).flatMap(([group, kinds]) =>
    kinds.split(' ').map((kind) => [`${kind}.${group}`, READY_OR_FAILING]),
  ),
);
