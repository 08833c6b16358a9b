/** Evaluates ValidatingAdmissionPolicies for objects of a program, as the API server would when they are created. */
import { celValue, describeExpressionError, type Expression } from '../../expressions/index.ts';
import type { GroupVersionKind, JsonValue, KubernetesObject } from '../../objects/index.ts';
import { parseApiVersion, selectorMatches } from '../../objects/index.ts';
import type {
  AdmissionPolicy,
  BindingSpec,
  NamedExpression,
  PolicySpec,
  Validation,
} from './admission-policy.ts';
import { parseExpression, type Variables } from './cel.ts';
import { type Admitted, guessResource, matches, namespaceLabelsOf } from './match.ts';

/** An object as an API server has read it, with defaults; undefined when it would refuse it.
 * @param schemas of the custom kinds */
export type WithDefaults = (
  object: KubernetesObject,
  schemas: (kind: GroupVersionKind) => JsonValue | undefined,
) => KubernetesObject | undefined;

export interface AdmissionFinding {
  readonly object: KubernetesObject;
  readonly message: string;
  readonly severity: 'error' | 'warning';
}

/** What cannot be known before somebody sends a request. */
const UNKNOWN = /\bauthorizer\b|\brequest\s*\.\s*userInfo\b/;

export class AdmissionEvaluator {
  readonly #namespaces = new Map<string, KubernetesObject>();
  readonly #resources = new Map<string, string>();
  readonly #objects: readonly KubernetesObject[];
  readonly #schemas = new Map<string, JsonValue>();
  readonly #withDefaults: WithDefaults | undefined;
  readonly #seen = new Map<KubernetesObject, unknown>();

  /** @param objects of an environment
   * @param withDefaults fills in what a server fills in before it asks; without it, an expression over a field that is
   * not in the program cannot be judged */
  constructor(objects: readonly KubernetesObject[], withDefaults?: WithDefaults) {
    this.#objects = objects;
    this.#withDefaults = withDefaults;
    for (const object of objects) {
      if (object.kind === 'Namespace') this.#namespaces.set(object.metadata.name, object);
      if (object.kind !== 'CustomResourceDefinition') continue;
      const { group, names, versions } = object.spec ?? {};
      if (typeof names?.plural === 'string') this.#resources.set(`${names.kind}.${group}`, names.plural);
      for (const { name, schema } of Array.isArray(versions) ? versions : []) {
        const written: JsonValue | undefined = schema?.openAPIV3Schema;
        if (written !== undefined) this.#schemas.set(`${group}/${name} ${names?.kind}`, written);
      }
    }
  }

  /** What a policy refuses, or warns of.
   * @param parameters further objects that it may take parameters from */
  *evaluate(
    policy: AdmissionPolicy,
    parameters: readonly KubernetesObject[] = [],
  ): Iterable<AdmissionFinding> {
    const conditions = new Conditions(policy.spec);
    for (const object of this.#objects) {
      const admitted = this.#admitted(object);
      if (!matches(policy.spec.matchConstraints, admitted)) continue;
      for (const binding of policy.bindings) {
        if (!matches(binding.matchResources, admitted)) continue;
        const severity = severityOf(binding);
        if (!severity) continue;
        for (const params of this.#parametersOf(policy.spec, binding, object, parameters)) {
          if (params === 'missing') {
            if (binding.paramRef?.parameterNotFoundAction === 'Deny') {
              yield { object, severity, message: 'has no parameters for this policy in the program' };
            }
            continue;
          }
          for (const { message, isJudged } of conditions.violations(this.#variables(admitted, params))) {
            yield { object, message, severity: isJudged ? severity : 'warning' };
          }
        }
      }
    }
  }

  #admitted(object: KubernetesObject): Admitted {
    const { group } = parseApiVersion(object.apiVersion);
    const { namespace } = object.metadata;
    return {
      object,
      resource: this.#resources.get(`${object.kind}.${group}`) ?? guessResource(object.kind),
      namespaceLabels:
        namespace === undefined ? undefined : namespaceLabelsOf(namespace, this.#namespaces.get(namespace)),
    };
  }

  /** As the server has read it, which is the same for every policy. */
  #asAdmitted(object: KubernetesObject): unknown {
    let seen = this.#seen.get(object);
    if (seen === undefined) {
      const read = this.#withDefaults?.(object, ({ group, version, kind }) =>
        this.#schemas.get(`${group}/${version} ${kind}`),
      );
      seen = celValue(read ?? object);
      this.#seen.set(object, seen);
    }
    return seen;
  }

  *#parametersOf(
    { paramKind }: PolicySpec,
    { paramRef }: BindingSpec,
    object: KubernetesObject,
    parameters: readonly KubernetesObject[],
  ): Iterable<KubernetesObject | null | 'missing'> {
    if (!paramKind || !paramRef) {
      yield null;
      return;
    }
    const { name, selector, namespace = object.metadata.namespace } = paramRef;
    const found = [...this.#objects, ...parameters].filter(
      (one) =>
        one.kind === paramKind.kind &&
        one.apiVersion === paramKind.apiVersion &&
        (one.metadata.namespace === undefined || one.metadata.namespace === namespace) &&
        (name === undefined
          ? selectorMatches(selector ?? {}, one.metadata.labels ?? {})
          : one.metadata.name === name),
    );
    if (found.length === 0) yield 'missing';
    yield* found;
  }

  #variables({ object, resource }: Admitted, params: KubernetesObject | null): Omit<Variables, 'variables'> {
    const { group, version } = parseApiVersion(object.apiVersion);
    const { name, namespace } = object.metadata;
    const home = namespace === undefined ? undefined : this.#namespaces.get(namespace);
    return {
      object: this.#asAdmitted(object),
      oldObject: null,
      params: celValue(params),
      namespaceObject:
        namespace === undefined
          ? null
          : celValue({
              ...home,
              metadata: { ...home?.metadata, name: namespace, labels: namespaceLabelsOf(namespace, home) },
            }),
      request: {
        operation: 'CREATE',
        kind: { group, version, kind: object.kind },
        resource: { group, version, resource },
        subResource: '',
        name,
        namespace: namespace ?? '',
        dryRun: false,
      },
    };
  }
}

function severityOf({ validationActions = ['Deny'] }: BindingSpec): 'error' | 'warning' | undefined {
  if (validationActions.includes('Deny')) return 'error';
  return validationActions.includes('Warn') ? 'warning' : undefined;
}

interface Violation {
  readonly message: string;
  /** False where an expression cannot be evaluated: most often it asks for a field that the API server fills in. */
  readonly isJudged: boolean;
}

/** The expressions of one policy; each is parsed once. */
class Conditions {
  readonly #spec: PolicySpec;
  readonly #parsed = new Map<string, Expression>();

  constructor(spec: PolicySpec) {
    this.#spec = spec;
  }

  *violations(given: Omit<Variables, 'variables'>): Iterable<Violation> {
    const { matchConditions = [], validations = [], variables = [], failurePolicy } = this.#spec;
    const scope: Variables = { ...given, variables: this.#lazily(variables, given) };
    const isLenient = failurePolicy === 'Ignore';
    for (const { name, expression } of matchConditions) {
      if (UNKNOWN.test(expression)) return;
      try {
        if (this.#run(expression, scope) !== true) return;
      } catch (error) {
        if (!isLenient) yield unjudged(name, error);
        return;
      }
    }
    for (const validation of validations) {
      if (UNKNOWN.test(validation.expression)) continue;
      try {
        if (this.#run(validation.expression, scope) === true) continue;
        yield { message: this.#message(validation, scope), isJudged: true };
      } catch (error) {
        if (!isLenient) yield unjudged(validation.expression, error);
      }
    }
  }

  #run(expression: string, scope: Variables): unknown {
    let parsed = this.#parsed.get(expression);
    if (!parsed) {
      parsed = parseExpression(expression);
      this.#parsed.set(expression, parsed);
    }
    return parsed(scope);
  }

  /** A policy's own message, else what it asks for, as the API server has it. */
  #message({ expression, message, messageExpression }: Validation, scope: Variables): string {
    if (messageExpression !== undefined) {
      try {
        const made = this.#run(messageExpression, scope);
        if (typeof made === 'string' && made.trim() !== '') return `is denied: ${made.trim()}`;
      } catch {
        // Then the message that is written down is shown, as the API server does.
      }
    }
    return `is denied: ${message?.trim() || `failed expression: ${expression.trim()}`}`;
  }

  /** Variables are computed when they are used, once, and may use those before them. */
  #lazily(variables: readonly NamedExpression[], given: Omit<Variables, 'variables'>): unknown {
    const made = {};
    for (const { name, expression } of variables) {
      let value: { readonly is: unknown } | undefined;
      Object.defineProperty(made, name, {
        enumerable: true,
        get: () => {
          value ??= { is: this.#run(expression, { ...given, variables: made }) };
          return value.is;
        },
      });
    }
    return made;
  }
}

function unjudged(expression: string, error: unknown): Violation {
  return {
    message: `cannot be judged: ${expression.trim()}: ${describeExpressionError(error)}`,
    isJudged: false,
  };
}
