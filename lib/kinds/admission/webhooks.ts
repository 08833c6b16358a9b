/** Configurations of admission webhooks (admissionregistration/validation). */
import { type KubernetesObject, nameProblems } from '../../objects/index.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  itemsOf,
  required,
  textsOf,
} from '../field-errors.ts';
import { REVIEWS, reviewVersionErrors } from '../review-versions.ts';
import { selectorErrors } from '../selector.ts';
import { clientErrors } from './client.ts';
import { matchConditionErrors } from './conditions.ts';
import { ruleErrors } from './rules.ts';

export function webhookConfigurationErrors({ kind, webhooks }: KubernetesObject): FieldError[] {
  const all = itemsOf(webhooks);
  const names = all.map(({ name }): string => name ?? '');
  return all.flatMap((webhook, i) => [
    ...webhookErrors(webhook, kind === 'MutatingWebhookConfiguration', `webhooks[${i}]`),
    ...(names[i] !== '' && names.indexOf(names[i]!) < i ? [duplicate(`webhooks[${i}].name`, names[i])] : []),
  ]);
}

const SIDE_EFFECTS = ['None', 'NoneOnDryRun'];

function webhookErrors(webhook: Fields, isMutating: boolean, at: string): FieldError[] {
  const { timeoutSeconds, clientConfig, sideEffects } = webhook;
  return [
    ...nameErrors(webhook.name ?? '', `${at}.name`),
    ...itemsOf(webhook.rules).flatMap((rule, i) => ruleErrors(rule, `${at}.rules[${i}]`)),
    ...enumErrors(webhook.failurePolicy, ['Fail', 'Ignore'], `${at}.failurePolicy`),
    ...enumErrors(webhook.matchPolicy, ['Equivalent', 'Exact'], `${at}.matchPolicy`),
    ...(sideEffects == null
      ? [required(`${at}.sideEffects`, `must specify one of ${SIDE_EFFECTS.join(', ')}`)]
      : enumErrors(sideEffects, SIDE_EFFECTS, `${at}.sideEffects`)),
    ...(timeoutSeconds != null && (timeoutSeconds < 1 || timeoutSeconds > 30)
      ? [
          invalidValue(
            `${at}.timeoutSeconds`,
            timeoutSeconds,
            'the timeout value must be between 1 and 30 seconds',
          ),
        ]
      : []),
    ...['namespaceSelector', 'objectSelector'].flatMap((name) =>
      webhook[name] ? selectorErrors(webhook[name], `${at}.${name}`) : [],
    ),
    ...(isMutating
      ? enumErrors(webhook.reinvocationPolicy, ['IfNeeded', 'Never'], `${at}.reinvocationPolicy`)
      : []),
    ...((clientConfig?.url == null) === (clientConfig?.service == null)
      ? [required(`${at}.clientConfig`, 'exactly one of url or service is required')]
      : clientErrors(clientConfig, `${at}.clientConfig`)),
    ...matchConditionErrors(itemsOf(webhook.matchConditions), `${at}.matchConditions`),
    ...reviewVersionErrors(
      textsOf(webhook.admissionReviewVersions),
      `${at}.admissionReviewVersions`,
      `must specify one of ${REVIEWS.join(', ')}`,
    ),
  ];
}

function nameErrors(name: string, field: string): FieldError[] {
  if (name === '') return [required(field)];
  const problems = nameProblems(name, undefined);
  if (problems.length > 0) return [invalidValue(field, name, problems.join(','))];
  return name.split('.').length < 3
    ? [invalidValue(field, name, 'should be a domain with at least three segments separated by dots')]
    : [];
}
