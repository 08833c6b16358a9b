/** Policies in CEL and their bindings (admissionregistration/validation). Whether an expression compiles is not asked: it
 * depends on the kinds that the cluster serves. */
import {
  type KubernetesObject,
  nameProblems,
  parseApiVersion,
  qualifiedNameProblems,
} from '../../objects/index.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  forbidden,
  invalidValue,
  itemsOf,
  notSupported,
  required,
  textsOf,
} from '../field-errors.ts';
import { selectorErrors } from '../selector.ts';
import { matchConditionErrors } from './conditions.ts';
import { namedRuleErrors } from './rules.ts';

export function validatingAdmissionPolicyErrors({ metadata, spec }: KubernetesObject): FieldError[] {
  const fields: Fields = spec ?? {};
  const { matchConstraints } = fields;
  return [
    ...enumErrors(fields.failurePolicy, ['Fail', 'Ignore'], 'spec.failurePolicy'),
    ...(fields.paramKind ? paramKindErrors(fields.paramKind, 'spec.paramKind') : []),
    ...(matchConstraints
      ? [
          ...matchErrors(matchConstraints, 'spec.matchConstraints'),
          ...(matchConstraints.resourceRules?.length
            ? []
            : [required('spec.matchConstraints.resourceRules')]),
        ]
      : [required('spec.matchConstraints')]),
    ...matchConditionErrors(itemsOf(fields.matchConditions), 'spec.matchConditions'),
    ...variableErrors(itemsOf(fields.variables), 'spec.variables'),
    ...validationErrors(fields, metadata.name ?? ''),
  ];
}

function paramKindErrors({ apiVersion, kind }: Fields, at: string): FieldError[] {
  return [
    ...(apiVersion ? versionErrors(apiVersion, `${at}.apiVersion`) : [required(`${at}.apiVersion`)]),
    ...(kind
      ? nameProblems(kind.toLowerCase(), 'dns-1035-label').map((problem) =>
          invalidValue(`${at}.kind`, kind, `may have mixed case, but should otherwise match: ${problem}`),
        )
      : [required(`${at}.kind`)]),
  ];
}

function versionErrors(apiVersion: string, field: string): FieldError[] {
  if (apiVersion.split('/').length > 2)
    return [invalidValue(field, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)];
  const { group, version } = parseApiVersion(apiVersion);
  return [
    ...(group === '' ? [] : nameProblems(group, undefined)).map((problem) =>
      invalidValue(field, group, problem),
    ),
    ...(version === ''
      ? [invalidValue(field, apiVersion, 'version must be specified')]
      : nameProblems(version, 'dns-1035-label').map((problem) => invalidValue(field, version, problem))),
  ];
}

function matchErrors(match: Fields, at: string): FieldError[] {
  return [
    ...enumErrors(match.matchPolicy, ['Equivalent', 'Exact'], `${at}.matchPolicy`),
    ...['namespaceSelector', 'objectSelector'].flatMap((name) =>
      match[name] ? selectorErrors(match[name], `${at}.${name}`) : [],
    ),
    ...['resourceRules', 'excludeResourceRules'].flatMap((name) =>
      itemsOf(match[name]).flatMap((rule, i) => namedRuleErrors(rule, `${at}.${name}[${i}]`)),
    ),
  ];
}

const IDENTIFIER = /^[_a-zA-Z][_a-zA-Z0-9]*$/;

function variableErrors(variables: readonly Fields[], at: string): FieldError[] {
  return variables.flatMap(({ name, expression }, i) => [
    ...(!name?.trim()
      ? [required(`${at}[${i}].name`, 'name is not specified')]
      : IDENTIFIER.test(name)
        ? []
        : [invalidValue(`${at}[${i}].name`, name, 'must be a valid CEL identifier')]),
    ...(expression?.trim() ? [] : [required(`${at}[${i}].expression`, 'expression is not specified')]),
  ]);
}

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
const ANNOTATIONS = 20;

function validationErrors({ validations, auditAnnotations }: Fields, policy: string): FieldError[] {
  if (!validations?.length && !auditAnnotations?.length) {
    return ['validations', 'auditAnnotations'].map((name) =>
      required(`spec.${name}`, 'validations or auditAnnotations must contain at least one item'),
    );
  }
  const annotations = itemsOf(auditAnnotations);
  const keys = annotations.map(({ key }): string => key ?? '');
  return [
    ...itemsOf(validations).flatMap((validation, i) =>
      oneValidationErrors(validation, `spec.validations[${i}]`),
    ),
    ...(annotations.length > ANNOTATIONS
      ? [
          invalidValue(
            'spec.auditAnnotations',
            auditAnnotations,
            `must not have more than ${ANNOTATIONS} auditAnnotations`,
          ),
        ]
      : []),
    ...annotations.flatMap(({ valueExpression }, i) => {
      const at = `spec.auditAnnotations[${i}]`;
      return [
        // Without a name yet, the server makes one.
        ...qualifiedNameProblems(`${policy || 'policy'}/${keys[i]}`).map((problem) =>
          invalidValue(`${at}.key`, `${policy}/${keys[i]}`, problem),
        ),
        ...(valueExpression?.trim()
          ? []
          : [required(`${at}.valueExpression`, 'valueExpression is not specified')]),
        ...(keys.indexOf(keys[i]!) < i ? [duplicate(`${at}.key`, keys[i])] : []),
      ];
    }),
  ];
}

function oneValidationErrors(validation: Fields, at: string): FieldError[] {
  const { expression, message, messageExpression, reason } = validation;
  return [
    ...(expression?.trim() ? [] : [required(`${at}.expression`, 'expression is not specified')]),
    ...(messageExpression && !messageExpression.trim()
      ? [invalidValue(`${at}.messageExpression`, messageExpression, 'must be non-empty if specified')]
      : []),
    ...(message && !message.trim()
      ? [invalidValue(`${at}.message`, message, 'must be non-empty if specified')]
      : /[\n\r]/.test(message?.trim() ?? '')
        ? [invalidValue(`${at}.message`, message, 'must not contain line breaks')]
        : []),
    ...enumErrors(reason, REASONS, `${at}.reason`),
  ];
}

const ACTIONS = ['Audit', 'Deny', 'Warn'];

export function validatingAdmissionPolicyBindingErrors({ spec }: KubernetesObject): FieldError[] {
  const { policyName, paramRef, matchResources, validationActions } = (spec ?? {}) as Fields;
  const actions: readonly string[] = textsOf(validationActions);
  const field = 'spec.validationActions';
  return [
    ...(policyName
      ? nameProblems(policyName, undefined).map((problem) =>
          invalidValue('spec.policyName', policyName, problem),
        )
      : [required('spec.policyName')]),
    ...(paramRef ? paramRefErrors(paramRef, 'spec.paramRef') : []),
    ...(matchResources ? matchErrors(matchResources, 'spec.matchResources') : []),
    ...actions.flatMap((action, i) => [
      ...(ACTIONS.includes(action) ? [] : [notSupported(`${field}[${i}]`, action, ACTIONS)]),
      ...(actions.indexOf(action) < i ? [duplicate(`${field}[${i}]`, action)] : []),
    ]),
    ...(actions.includes('Deny') && actions.includes('Warn')
      ? [
          invalidValue(
            field,
            actions,
            'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
          ),
        ]
      : []),
    ...(actions.length === 0 ? [required(field)] : []),
  ];
}

function paramRefErrors({ name, selector, parameterNotFoundAction }: Fields, at: string): FieldError[] {
  return [
    ...(name
      ? nameProblems(name, 'path-segment').map((problem) => invalidValue(`${at}.name`, name, problem))
      : []),
    ...(selector ? selectorErrors(selector, `${at}.selector`) : []),
    ...(name && selector
      ? ['name', 'selector'].map((field) =>
          forbidden(`${at}.${field}`, 'name and selector are mutually exclusive'),
        )
      : []),
    ...(!name && !selector ? [required(at, 'one of name or selector must be specified')] : []),
    ...(parameterNotFoundAction
      ? enumErrors(parameterNotFoundAction, ['Deny', 'Allow'], `${at}.parameterNotFoundAction`)
      : [required(`${at}.parameterNotFoundAction`)]),
  ];
}
