/** What other servers and policies have a say in: webhooks, admission policies, aggregated APIs. */
import type { MutableObject } from '../mutable.ts';
import type { KindRules } from './rules.ts';

// biome-ignore lint/suspicious/noExplicitAny: the fields are those of the kinds' schemas, which have typed them already
type Fields = any;

/** The port of a service that the API server calls. */
export function setServicePort(service: Fields): void {
  if (service) service.port ??= 443;
}

function setMatchDefaults(match: Fields): void {
  match.matchPolicy ||= 'Equivalent';
  match.namespaceSelector ??= {};
  match.objectSelector ??= {};
  for (const rule of [
    ...(match.rules ?? []),
    ...(match.resourceRules ?? []),
    ...(match.excludeResourceRules ?? []),
  ]) {
    rule.scope ||= '*';
  }
}

function setWebhookDefaults(object: MutableObject): void {
  for (const webhook of object.webhooks ?? []) {
    webhook.failurePolicy ||= 'Fail';
    webhook.timeoutSeconds ??= 10;
    if (object.kind === 'MutatingWebhookConfiguration') webhook.reinvocationPolicy ||= 'Never';
    setMatchDefaults(webhook);
    setServicePort(webhook.clientConfig?.service);
  }
}

export const webhookConfiguration: KindRules = {
  generationOf: ['webhooks'],
  conditionalUpdate: true,
  setDefaults: setWebhookDefaults,
};

export const admissionPolicy: KindRules = {
  generationOf: ['spec'],
  conditionalUpdate: true,
  setDefaults({ spec }) {
    if (!spec) return;
    spec.failurePolicy ||= 'Fail';
    if (spec.matchConstraints) setMatchDefaults(spec.matchConstraints);
  },
};

export const admissionPolicyBinding: KindRules = {
  generationOf: ['spec'],
  conditionalUpdate: true,
  setDefaults({ spec }) {
    if (spec?.matchResources) setMatchDefaults(spec.matchResources);
  },
};

export const apiService: KindRules = {
  setDefaults: ({ spec }) => setServicePort(spec?.service),
};
