/** CustomResourceDefinitions (apiextensions/validation). */
import { type KubernetesObject, nameProblems } from '../../objects/index.ts';
import { clientErrors } from '../admission/client.ts';
import {
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  itemsOf,
  required,
  textsOf,
} from '../field-errors.ts';
import { reviewVersionErrors } from '../review-versions.ts';
import { nameErrors } from './names.ts';
import { versionErrors } from './versions.ts';

export function customResourceDefinitionErrors({ metadata, spec }: KubernetesObject): FieldError[] {
  const fields: Fields = spec ?? {};
  return [
    ...(metadata.name === `${fields.names?.plural ?? ''}.${fields.group ?? ''}`
      ? []
      : [invalidValue('metadata.name', metadata.name, 'must be spec.names.plural+"."+spec.group')]),
    ...groupErrors(fields.group ?? '', 'spec.group'),
    ...approvalErrors(fields.group ?? '', metadata.annotations?.[APPROVAL]),
    ...(fields.scope
      ? enumErrors(fields.scope, ['Cluster', 'Namespaced'], 'spec.scope')
      : [required('spec.scope')]),
    ...nameErrors(fields.names ?? {}, 'spec.names'),
    ...versionErrors(itemsOf(fields.versions)),
    ...(fields.preserveUnknownFields === true
      ? [
          invalidValue(
            'spec.preserveUnknownFields',
            true,
            'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead',
          ),
        ]
      : []),
    ...(fields.conversion ? conversionErrors(fields.conversion, 'spec.conversion') : []),
  ];
}

function groupErrors(group: string, field: string): FieldError[] {
  if (group === '') return [required(field)];
  const problems = nameProblems(group, undefined);
  if (problems.length > 0) return [invalidValue(field, group, problems.join(','))];
  return group.includes('.') ? [] : [invalidValue(field, group, 'should be a domain with at least one dot')];
}

const APPROVAL = 'api-approved.kubernetes.io';
const COMMUNITY = /(?:^|\.)(?:k8s|kubernetes)\.io$/;

/** Groups of Kubernetes' own people need their word. */
function approvalErrors(group: string, approval: string | undefined): FieldError[] {
  if (!COMMUNITY.test(group)) return [];
  const field = `metadata.annotations[${APPROVAL}]`;
  if (!approval) {
    const why = `protected groups must have approval annotation "${APPROVAL}", see https://github.com/kubernetes/enhancements/pull/1111`;
    return [required(field, why)];
  }
  if (approval.startsWith('unapproved') || /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(approval)) return [];
  const why = `protected groups must have approval annotation "${APPROVAL}" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`;
  return [invalidValue(field, approval, why)];
}

function conversionErrors({ strategy, webhook }: Fields, at: string): FieldError[] {
  const versions: readonly string[] = textsOf(webhook?.conversionReviewVersions);
  const field = `${at}.conversionReviewVersions`;
  if (strategy !== 'Webhook') {
    return [
      ...(strategy
        ? enumErrors(strategy, ['None', 'Webhook'], `${at}.strategy`)
        : [required(`${at}.strategy`)]),
      ...(webhook?.clientConfig
        ? [forbidden(`${at}.webhookClientConfig`, 'should not be set when strategy is not set to Webhook')]
        : []),
      ...(versions.length > 0
        ? [forbidden(field, 'should not be set when strategy is not set to Webhook')]
        : []),
    ];
  }
  return [
    ...reachErrors(webhook?.clientConfig, `${at}.webhookClientConfig`),
    ...reviewVersionErrors(versions, field),
  ];
}

function reachErrors(client: Fields, field: string): FieldError[] {
  if (!client) return [required(field, 'required when strategy is set to Webhook')];
  return (client.url == null) === (client.service == null)
    ? [required(field, 'exactly one of url or service is required')]
    : clientErrors(client, field);
}
